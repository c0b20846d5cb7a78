#!/usr/bin/env bash
# Real servers for the tests: PostgreSQL, Dovecot (POP3, IMAP), Postfix, Exim and OpenSMTPD (SMTP), each an instance of its
# own on high ports of 127.0.0.1 (Dovecot and Postfix of ::1 too, where there is one), with all that it writes below one
# folder. Nothing that already runs on the machine is touched. Also the programs that tests hold our mail against.
#
#   eng/servers.sh start            install from Debian's packages what is missing, then start
#   eng/servers.sh start --bench    the same, and the tools of the benchmarks: wrk, swaks (--all is another name)
#   eng/servers.sh env              print export lines for the servers that answer: eval "$(eng/servers.sh env)"
#   eng/servers.sh status           one line a server; exit code 1 unless all answer
#   eng/servers.sh stop             stop them, keep their data
#   eng/servers.sh clean            stop them and delete the folder
#
# start and stop need root, or sudo without a password. A server that cannot be had says so in one sentence, the others
# start all the same, and the tests that need it are skipped because its variables are missing.
#
# What `env` prints:
#   TICKITI_TEST_POSTGRES          connection string of a superuser; fsync is on, since durability is what is measured
#   TICKITI_TEST_POP3              host:port, plain with STLS
#   TICKITI_TEST_POP3_TLS          host:port, TLS from the first byte
#   TICKITI_TEST_IMAP, _IMAP_TLS   the same for IMAP
#   TICKITI_TEST_SMTP              host:port, plain with STARTTLS; AUTH is offered, not asked for
#   TICKITI_TEST_SMTP_SUBMISSION   host:port, STARTTLS and AUTH are asked for
#   TICKITI_TEST_SMTP_TLS          host:port, TLS from the first byte, AUTH is asked for
#   TICKITI_TEST_SMTP_EXPIRED, _SMTP_SELF_SIGNED, _SMTP_WRONG_HOST   the same, with certificates that are to be refused
#   TICKITI_TEST_SMTP_EXIM         host:port, STARTTLS and AUTH (PLAIN, LOGIN) are offered; it hands on to Postfix
#   TICKITI_TEST_SMTP_OPENSMTPD    host:port, plain, no AUTH; it hands on to Postfix
#   TICKITI_TEST_SMTP_LOGIN        the same Exim, where LOGIN is all that is offered
#   TICKITI_TEST_IPV6              ::1, where Dovecot and Postfix answer there too
#   TICKITI_TEST_MAIL_DOMAIN       the domain whose mail lands in Dovecot's mailboxes
#   TICKITI_TEST_MAIL_PASSWORD     the password of every mailbox (PLAIN, LOGIN, SCRAM-SHA-256)
#   TICKITI_TEST_MAIL_TOKEN        a bearer token of mailbox user1 (XOAUTH2, OAUTHBEARER)
#   TICKITI_TEST_MAILDIR_ROOT      a Maildir per mailbox: a mail written to <root>/user1/new/ is there at the next login
#   TICKITI_TEST_CA                PEM of the authority that signed the servers' certificate (localhost, 127.0.0.1)
#
# Mailboxes: every name exists (user1 and user2 as well as one that a test makes up); a new one is created by its first
# login or first mail. user1 … user20 have their Maildir from the start.
# Recipients: <name>@tickiti.test is delivered to mailbox <name> (a +detail is cut off); unknown…@tickiti.test is refused
# for good (550 5.1.1), later…@tickiti.test for now (450 4.2.0); …@bounce.test is accepted and comes back as a delivery
# report; every other address ends in the mailbox "sink". Nothing leaves the machine.
#
# TICKITI_SERVERS_DIRECTORY and TICKITI_SERVERS_PORT_BASE move the folder and the ports. The folder's path must be short
# (it holds Unix sockets) and on a real disk (fsync on a tmpfs costs nothing).
set -euo pipefail
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" LC_ALL=C

directory=${TICKITI_SERVERS_DIRECTORY:-/var/tmp/tickiti-servers}
base=${TICKITI_SERVERS_PORT_BASE:-15000}
domain=tickiti.test
password=correct-horse
told=3   # a function's exit code: it failed, and has said why

smtp_port=$((base + 25)) smtps_port=$((base + 465)) submission_port=$((base + 587))
expired_port=$((base + 466)) self_signed_port=$((base + 467)) wrong_host_port=$((base + 468))
exim_port=$((base + 26)) login_port=$((base + 28)) opensmtpd_port=$((base + 27))
pop3_port=$((base + 110)) pop3s_port=$((base + 995)) imap_port=$((base + 143)) imaps_port=$((base + 993))
postgres_port=$((base + 432))

maildirs=$directory/mail
ca=$directory/tls/ca.pem
token=$directory/dovecot/user1.token

say() { printf 'servers: %s\n' "$*" >&2; }
has_ipv6() { grep -qs '^0\{31\}1 ' /proc/net/if_inet6; }
answers() { (exec 3<>"/dev/tcp/${2:-127.0.0.1}/$1") 2>/dev/null; }

# Started by this script, and there. A port alone could be anybody's.
runs() { [ -e "$directory/$1.started" ] && answers "$2"; }
silent() { ! answers "$1"; }

# wait_until answers|silent PORT
wait_until() {
  for _ in $(seq 100); do
    "$@" && return 0
    sleep 0.1
  done
  return 1
}

become_root() {
  [ "$(id -u)" = 0 ] && return
  if ! sudo -n true 2>/dev/null; then
    say "starting and stopping servers needs root or sudo without a password; tests that need PostgreSQL, Dovecot or Postfix are skipped."
    exit 0
  fi
  exec sudo -n TICKITI_SERVERS_DIRECTORY="$directory" TICKITI_SERVERS_PORT_BASE="$base" bash "$0" "$@"
}

# --- packages -------------------------------------------------------------------------------------------------------

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=1 -o Acquire::http::Timeout=20 \
    -o DPkg::Lock::Timeout=120 "$@" >>"$directory/log/apt.log" 2>&1 </dev/null
}

# Debian starts a service as soon as it is installed unless this file says no.
policy=/usr/sbin/policy-rc.d
forbid_service_starts() {
  [ -e "$policy" ] && return
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
}

apt_updated=
install_packages() {
  local what=$1 missing=() package
  shift
  for package; do
    installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return
  if ! command -v apt-get >/dev/null; then
    say "$what is not installed and there is no apt-get; the tests that need it are skipped."
    return $told
  fi
  forbid_service_starts
  # Postfix asks what kind of mail system it shall be; it shall not be one.
  if [[ " ${missing[*]} " == *" postfix "* ]] && command -v debconf-set-selections >/dev/null; then
    echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
  fi
  if [ -z "$apt_updated" ]; then
    apt update || true
    apt_updated=yes
  fi
  say "installing ${missing[*]}"
  if ! apt install --no-install-recommends -y "${missing[@]}"; then
    say "$what could not be installed (${missing[*]}: see $directory/log/apt.log); the tests that need it are skipped."
    return $told
  fi
}

# --- folder and certificates ----------------------------------------------------------------------------------------

# Mails belong to whoever asked for the servers, so that tests can write and delete them; Dovecot refuses root.
choose_mail_owner() {
  mail_uid=${SUDO_UID:-0} mail_gid=${SUDO_GID:-0}
  if [ "$mail_uid" = 0 ]; then
    mail_uid=$(id -u mail) mail_gid=$(id -g mail)
  fi
}

make_directory() {
  mkdir -p "$directory"
  if [ "$(stat -c %u "$directory")" != 0 ]; then
    say "$directory belongs to someone else; remove it or set TICKITI_SERVERS_DIRECTORY."
    exit 1
  fi
  chmod 755 "$directory"
  mkdir -p "$directory"/{log,tls,dovecot,postfix}
  local n
  for n in $(seq 20) ; do
    [ -d "$maildirs/user$n" ] || install -d -o "$mail_uid" -g "$mail_gid" -m 777 \
      "$maildirs/user$n" "$maildirs/user$n"/{tmp,new,cur}
  done
  install -d -o "$mail_uid" -g "$mail_gid" -m 777 "$maildirs"
}

make_certificates() {
  [ -s "$directory/tls/self-signed.pem" ] && return
  (
    cd "$directory/tls"
    local ec='ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
    # shellcheck disable=SC2086
    openssl req -x509 -newkey $ec -days 3650 -subj '/CN=Tickiti test authority' \
      -addext 'keyUsage=critical,keyCertSign,cRLSign' -keyout ca.key -out ca.pem
    # shellcheck disable=SC2086
    openssl req -newkey $ec -subj /CN=localhost -keyout server.key -out server.csr
    sign() {
      openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days "$2" -out "$1.pem" \
        -extfile <(printf '%s\n' "subjectAltName=$3" 'extendedKeyUsage=serverAuth')
    }
    sign server 3650 'DNS:localhost,IP:127.0.0.1,IP:::1'
    sign expired -1 'DNS:localhost,IP:127.0.0.1,IP:::1'
    sign wrong-host 3650 'DNS:other.test'
    openssl req -x509 -key server.key -days 3650 -subj /CN=localhost -addext 'subjectAltName=DNS:localhost' -out self-signed.pem
    chmod 644 ./*.pem
    chmod 600 ./*.key
  ) >>"$directory/log/openssl.log" 2>&1
}

# --- PostgreSQL -----------------------------------------------------------------------------------------------------

postgres_data=$directory/postgres
postgres_command() {
  local bin
  bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort -V | tail -1)
  (cd / && runuser -u postgres -- "$bin/$1" "${@:2}")
}

# Not pg_createcluster: that would register the cluster in /etc/postgresql.
start_postgres() {
  install_packages PostgreSQL postgresql || return
  if [ ! -s "$postgres_data/PG_VERSION" ]; then
    install -d -o postgres -g postgres -m 700 "$postgres_data"
    postgres_command initdb -D "$postgres_data" -U tickiti --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
      >"$directory/log/initdb.log" 2>&1
    cat >>"$postgres_data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $postgres_port
unix_socket_directories = '$postgres_data'
max_connections = 200
fsync = on
synchronous_commit = on
CONF
  fi
  postgres_command pg_ctl -D "$postgres_data" -w -l "$postgres_data/server.log" start >/dev/null
}

stop_postgres() {
  [ ! -f "$postgres_data/postmaster.pid" ] || postgres_command pg_ctl -D "$postgres_data" -m fast -w stop >/dev/null
}

# --- Dovecot --------------------------------------------------------------------------------------------------------

dovecot_configuration() {
  cat <<CONF
base_dir = $directory/dovecot/run
state_dir = $directory/dovecot/state
instance_name = tickiti-test
log_path = $directory/log/dovecot.log
protocols = pop3 imap lmtp
listen = 127.0.0.1$(has_ipv6 && echo ', ::1')

ssl = yes
ssl_cert = <$directory/tls/server.pem
ssl_key = <$directory/tls/server.key
disable_plaintext_auth = no

# Every name is a mailbox; its domain, if given, is cut off.
auth_mechanisms = plain login scram-sha-256 xoauth2 oauthbearer
auth_username_format = %Ln
auth_failure_delay = 0
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = $directory/dovecot/oauth2.conf
}
passdb {
  driver = static
  args = password=$password
}
userdb {
  driver = static
  args = uid=$mail_uid gid=$mail_gid home=$maildirs/%n allow_all_users=yes
}
mail_location = maildir:~
recipient_delimiter = +
first_valid_uid = 1
first_valid_gid = 1

# Tests come in hundreds of connections from one address.
mail_max_userip_connections = 10000
default_client_limit = 4000
service anvil {
  client_limit = 6000
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service pop3-login {
  service_count = 0
  inet_listener pop3 {
    port = $pop3_port
  }
  inet_listener pop3s {
    port = $pop3s_port
    ssl = yes
  }
}
service imap-login {
  service_count = 0
  inet_listener imap {
    port = $imap_port
  }
  inet_listener imaps {
    port = $imaps_port
    ssl = yes
  }
}
service lmtp {
  unix_listener lmtp {
    user = postfix
    mode = 0600
  }
}
service auth {
  client_limit = 6000
  unix_listener smtp-auth {
    user = postfix
    mode = 0600
  }
}
CONF
}

# Dovecot checks a JWT (RFC 7519) by itself when it has the key, so no authorization server is needed.
base64url() { base64 -w0 | tr '+/' '-_' | tr -d '='; }

make_token() {
  local key=$directory/dovecot/keys/default/HS256/default signed
  [ -s "$token" ] && return
  mkdir -p "${key%/*}"
  openssl rand -base64 32 | tr -d '\n' >"$key"
  signed=$(printf '{"alg":"HS256","typ":"JWT"}' | base64url).$(printf '{"sub":"user1","iat":1700000000,"exp":4102444800}' | base64url)
  printf '%s.%s' "$signed" "$(printf '%s' "$signed" |
    openssl dgst -sha256 -mac HMAC -macopt "hexkey:$(base64 -d <"$key" | od -An -v -tx1 | tr -d ' \n')" -binary | base64url)" >"$token"
}

start_dovecot() {
  install_packages Dovecot openssl dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd || return
  case $(dovecot --version) in
    2.3.*) ;;
    *)
      say "Dovecot $(dovecot --version) has another configuration language than 2.3, which is known here; the tests that need it are skipped."
      return $told
      ;;
  esac
  make_certificates
  make_token
  mkdir -p "$directory/dovecot/state"
  printf '%s\n' 'introspection_mode = local' "local_validation_key_dict = fs:posix:prefix=$directory/dovecot/keys/" \
    'username_attribute = sub' >"$directory/dovecot/oauth2.conf"
  local configuration=$directory/dovecot/dovecot.conf
  dovecot_configuration >"$configuration"
  # A listener's owner must exist; without Postfix there is nobody to ask it.
  id postfix >/dev/null 2>&1 || sed -i '/user = postfix/d' "$configuration"
  dovecot -c "$configuration" >>"$directory/log/dovecot.log" 2>&1
}

stop_dovecot() {
  [ ! -f "$directory/dovecot/run/master.pid" ] || doveadm -c "$directory/dovecot/dovecot.conf" stop 2>/dev/null
}

# --- Postfix --------------------------------------------------------------------------------------------------------

postfix_main() {
  cat <<CONF
compatibility_level = 3.6
queue_directory = $directory/postfix/queue
data_directory = $directory/postfix/data
maillog_file = $directory/log/postfix.log
maillog_file_prefixes = $directory/log
myhostname = mail.$domain
inet_interfaces = 127.0.0.1$(has_ipv6 && echo ', ::1')
inet_protocols = $(has_ipv6 && echo all || echo ipv4)
mynetworks = 127.0.0.0/8 [::1]/128

# Where mail goes: the test domain to its mailboxes, bounce.test back to its sender, all the rest to the sink.
mydestination =
local_transport = error:5.1.1 no local mailboxes
local_recipient_maps =
alias_maps =
virtual_mailbox_domains = $domain
virtual_mailbox_base = $maildirs
virtual_mailbox_maps = static:all
virtual_transport = lmtp:unix:$directory/dovecot/run/lmtp
smtpd_reject_unlisted_recipient = no
virtual_uid_maps = static:$mail_uid
virtual_gid_maps = static:$mail_gid
virtual_minimum_uid = 1
transport_maps = inline:{ { bounce.test = error:5.1.1 No such mailbox here } }
default_transport = sink
relay_transport = sink

# Nothing is looked up, nothing leaves.
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
notify_classes =
biff = no

smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_recipient_access regexp:$directory/postfix/etc/recipients
smtpd_tls_security_level = may
smtpd_tls_cert_file = $directory/tls/server.pem
smtpd_tls_key_file = $directory/tls/server.key
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = $directory/dovecot/run/smtp-auth
broken_sasl_auth_clients = no

# No limit may stand in a test's way, but for the size that one asks for.
message_size_limit = 62914560
mailbox_size_limit = 0
virtual_mailbox_limit = 0
in_flow_delay = 0
default_process_limit = 100
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 10000
smtpd_hard_error_limit = 10000
smtpd_junk_command_limit = 100000
CONF
}

postfix_master() {
  local asks_for_auth='-o smtpd_relay_restrictions=permit_sasl_authenticated,reject' wrapped='-o smtpd_tls_wrappermode=yes'
  # A resumed session would bring the certificate of another port along.
  local fresh="$wrapped -o tls_ssl_options=NO_TICKET"
  ! has_ipv6 || echo "[::1]:$smtp_port inet n - n - - smtpd"
  cat <<CONF
127.0.0.1:$smtp_port inet n - n - - smtpd
127.0.0.1:$submission_port inet n - n - - smtpd -o smtpd_tls_security_level=encrypt $asks_for_auth
127.0.0.1:$smtps_port inet n - n - - smtpd $wrapped $asks_for_auth
127.0.0.1:$expired_port inet n - n - - smtpd $fresh -o smtpd_tls_cert_file=$directory/tls/expired.pem
127.0.0.1:$self_signed_port inet n - n - - smtpd $fresh -o smtpd_tls_cert_file=$directory/tls/self-signed.pem
127.0.0.1:$wrong_host_port inet n - n - - smtpd $fresh -o smtpd_tls_cert_file=$directory/tls/wrong-host.pem
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
sink unix - n n - - virtual -o virtual_mailbox_maps=static:sink/
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
CONF
}

start_postfix() {
  install_packages Postfix openssl postfix || return
  make_certificates
  local etc=$directory/postfix/etc
  mkdir -p "$etc" "$directory/postfix/queue"
  install -d -o postfix -m 700 "$directory/postfix/data"
  postfix_main >"$etc/main.cf"
  postfix_master >"$etc/master.cf"
  printf '%s\n' "/^unknown.*@$domain\$/ 550 5.1.1 No such mailbox here" \
    "/^later.*@$domain\$/ 450 4.2.0 Not now, please try again later" >"$etc/recipients"
  postfix -c "$etc" start >>"$directory/log/postfix-start.log" 2>&1
}

stop_postfix() {
  if postfix -c "$directory/postfix/etc" status >/dev/null 2>&1; then
    postfix -c "$directory/postfix/etc" stop >/dev/null 2>&1
  fi
}

# --- Exim and OpenSMTPD ---------------------------------------------------------------------------------------------

# Debian installs one mail server at a time, so these two are only unpacked, and run in a mount namespace where the users and
# folders exist that are compiled into them.
unpacked=$directory/unpacked

# unpack WHAT PACKAGE… : the libraries that they need are installed
unpack() {
  local what=$1 package deb libraries
  shift
  for package; do
    [ -e "$unpacked/$package.whole" ] && continue
    mkdir -p "$unpacked/packages"
    rm -f "$unpacked/packages/$package"_*.deb
    if ! (cd "$unpacked/packages" && { apt download "$package" || { apt update && apt download "$package"; }; }); then
      say "$what could not be fetched ($package: see $directory/log/apt.log); the tests that need it are skipped."
      return $told
    fi
    deb=$(echo "$unpacked/packages/$package"_*.deb)
    libraries=$(dpkg-deb -f "$deb" Depends | tr , '\n' | sed -n 's/^ *\(lib[^ |(:]*\).*/\1/p')
    # shellcheck disable=SC2086
    install_packages "$what" $libraries || return
    dpkg-deb -x "$deb" "$unpacked"
    touch "$unpacked/$package.whole"
  done
}

# start_unpacked NAME COMMAND… : in the foreground of its namespace, in the background of ours
start_unpacked() {
  local name=$1 user id=64901
  shift
  mkdir -p "$unpacked/usr/libexec/opensmtpd"
  cp /etc/passwd "$unpacked/passwd"
  cp /etc/group "$unpacked/group"
  for user in Debian-exim opensmtpd opensmtpq; do
    echo "$user:x:$id:$id::/nonexistent:/bin/false" >>"$unpacked/passwd"
    echo "$user:x:$id:" >>"$unpacked/group"
    id=$((id + 1))
  done
  cat >"$unpacked/enter" <<ENTER
mount --bind '$unpacked/passwd' /etc/passwd &&
  mount --bind '$unpacked/group' /etc/group &&
  for folder in /run /var/spool /var/lib /usr/libexec; do
    mount -t tmpfs -o mode=755 none \$folder || exit
  done &&
  mkdir -p /var/lib/opensmtpd/empty /usr/libexec/opensmtpd &&
  mkdir -m 711 /var/spool/smtpd &&
  mount --bind '$unpacked/usr/libexec/opensmtpd' /usr/libexec/opensmtpd || exit
exec "\$@"
ENTER
  setsid unshare --mount --propagation private bash "$unpacked/enter" "$@" >>"$directory/log/$name.log" 2>&1 </dev/null &
  echo $! >"$unpacked/$name.pid"
  # A machine that gives nobody a namespace says so at once.
  sleep 0.3
  kill -0 "$(cat "$unpacked/$name.pid")" 2>/dev/null
}

stop_unpacked() {
  [ ! -f "$unpacked/$1.pid" ] || kill "$(cat "$unpacked/$1.pid")" 2>/dev/null || true
  rm -f "$unpacked/$1.pid"
}

exim_configuration() {
  cat <<CONF
exim_path = $unpacked/usr/sbin/exim4
spool_directory = $unpacked/exim-spool
log_file_path = $unpacked/exim-spool/%slog
pid_file_path =
keep_environment =
primary_hostname = exim.$domain
daemon_smtp_ports = $exim_port : $login_port
local_interfaces = 127.0.0.1
deliver_drop_privilege
host_lookup =
smtp_accept_max = 200
message_size_limit = 60M
tls_advertise_hosts = *
tls_certificate = $directory/tls/server.pem
tls_privatekey = $unpacked/exim-spool/server.key
chunking_advertise_hosts = *
dsn_advertise_hosts = *
smtputf8_advertise_hosts = *
acl_smtp_rcpt = check_recipient
acl_smtp_data = accept
begin acl
check_recipient:
  deny local_parts = ^unknown.*
    message = 5.1.1 No such mailbox here
  accept
begin routers
all:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = postfix
begin transports
postfix:
  driver = smtp
  port = $smtp_port
  hosts_avoid_tls = *
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_advertise_condition = \${if eq{\$received_port}{$exim_port}}
  server_prompts = :
  server_condition = \${if eq{\$auth3}{$password}}
  server_set_id = \$auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = User : Password
  server_condition = \${if eq{\$auth2}{$password}}
  server_set_id = \$auth1
CONF
}

start_exim() {
  unpack Exim exim4-daemon-light || return
  make_certificates
  install -d -o 64901 -m 700 "$unpacked/exim-spool"
  install -o 64901 -m 600 "$directory/tls/server.key" "$unpacked/exim-spool/server.key"
  exim_configuration >"$unpacked/exim.conf"
  start_unpacked exim "$unpacked/usr/sbin/exim4" -C "$unpacked/exim.conf" -bdf
}

stop_exim() { stop_unpacked exim; }

# In clear text and without AUTH, which it gives over TLS only: Debian 12's OpenSMTPD 6.8 breaks each handshake on OpenSSL 3.
opensmtpd_configuration() {
  cat <<CONF
smtp max-message-size 60M
listen on 127.0.0.1 port $opensmtpd_port hostname opensmtpd.$domain
action "relay" relay host smtp://127.0.0.1:$smtp_port
match from any for any action "relay"
CONF
}

start_opensmtpd() {
  unpack OpenSMTPD opensmtpd || return
  (umask 077 && opensmtpd_configuration >"$unpacked/smtpd.conf")
  start_unpacked opensmtpd "$unpacked/usr/sbin/smtpd" -d -f "$unpacked/smtpd.conf"
}

stop_opensmtpd() { stop_unpacked opensmtpd; }

# --- commands -------------------------------------------------------------------------------------------------------

# name, port that tells whether it answers, its log
servers=("postgres $postgres_port postgres/server.log" "postfix $smtp_port log/postfix.log" "dovecot $pop3_port log/dovecot.log"
  "exim $exim_port log/exim.log" "opensmtpd $opensmtpd_port log/opensmtpd.log")

start_one() {
  local name=$1 port=$2 log=$3 code=0
  runs "$name" "$port" && return
  if answers "$port"; then
    say "$name is not started, because another program has port $port; the tests that need it are skipped."
    return
  fi
  "stop_$name" || true
  "start_$name" || code=$?
  if [ "$code" = 0 ] && wait_until answers "$port"; then
    touch "$directory/$name.started"
    say "$name answers on port $port"
  elif [ "$code" != "$told" ]; then
    say "$name did not start (see $directory/$log); the tests that need it are skipped."
  fi
}

start() {
  become_root start "$@"
  choose_mail_owner
  make_directory
  local server
  # Postfix's user owns the sockets by which it asks Dovecot, so it comes first.
  for server in "${servers[@]}"; do
    # shellcheck disable=SC2086
    start_one $server
  done
  install_packages "What our mail is held against" python3 gmime-bin opendkim-tools || true
  if [[ " $* " == *" --bench "* || " $* " == *" --all "* ]]; then
    install_packages "What the benchmarks use" wrk swaks || true
  fi
}

stop() {
  become_root stop
  local server name port log
  for server in "${servers[@]}"; do
    read -r name port log <<<"$server"
    runs "$name" "$port" || continue
    if "stop_$name" && wait_until silent "$port"; then
      rm -f "$directory/$name.started"
    else
      say "$name did not stop (see $directory/$log)"
    fi
  done
}

status() {
  local server name port log all=0
  for server in "${servers[@]}"; do
    read -r name port log <<<"$server"
    if runs "$name" "$port"; then
      echo "$name: answers on 127.0.0.1:$port"
    else
      echo "$name: down"
      all=1
    fi
  done
  return $all
}

print_env() {
  if runs postgres "$postgres_port"; then
    echo "export TICKITI_TEST_POSTGRES='Host=127.0.0.1;Port=$postgres_port;Username=tickiti;Database=postgres'"
  fi
  if runs dovecot "$pop3_port"; then
    echo "export TICKITI_TEST_POP3=127.0.0.1:$pop3_port"
    echo "export TICKITI_TEST_POP3_TLS=localhost:$pop3s_port"
    echo "export TICKITI_TEST_IMAP=127.0.0.1:$imap_port"
    echo "export TICKITI_TEST_IMAP_TLS=localhost:$imaps_port"
    echo "export TICKITI_TEST_MAIL_TOKEN=$(cat "$token")"
  fi
  if runs postfix "$smtp_port"; then
    echo "export TICKITI_TEST_SMTP=127.0.0.1:$smtp_port"
    echo "export TICKITI_TEST_SMTP_SUBMISSION=localhost:$submission_port"
    echo "export TICKITI_TEST_SMTP_TLS=localhost:$smtps_port"
    echo "export TICKITI_TEST_SMTP_EXPIRED=localhost:$expired_port"
    echo "export TICKITI_TEST_SMTP_SELF_SIGNED=localhost:$self_signed_port"
    echo "export TICKITI_TEST_SMTP_WRONG_HOST=localhost:$wrong_host_port"
  fi
  if runs exim "$exim_port"; then
    echo "export TICKITI_TEST_SMTP_EXIM=localhost:$exim_port"
    echo "export TICKITI_TEST_SMTP_LOGIN=localhost:$login_port"
  fi
  ! runs opensmtpd "$opensmtpd_port" || echo "export TICKITI_TEST_SMTP_OPENSMTPD=localhost:$opensmtpd_port"
  if answers "$pop3_port" ::1 && answers "$smtp_port" ::1; then
    echo "export TICKITI_TEST_IPV6=::1"
  fi
  if runs dovecot "$pop3_port" || runs postfix "$smtp_port"; then
    echo "export TICKITI_TEST_MAIL_DOMAIN=$domain"
    echo "export TICKITI_TEST_MAIL_PASSWORD=$password"
    echo "export TICKITI_TEST_MAILDIR_ROOT='$maildirs'"
    echo "export TICKITI_TEST_CA='$ca'"
  fi
}

clean() {
  become_root clean
  stop
  rm -rf "$directory"
}

case ${1:-} in
  start) start "${@:2}" ;;
  stop) stop ;;
  status) status ;;
  env) print_env ;;
  clean) clean ;;
  *)
    sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "$0"
    exit 2
    ;;
esac
