"""What Python's own library reads in mails, by its new policy or by the old one (compat32)."""
import base64, email, email.policy, email.utils, hashlib, json, re, sys
from email.header import decode_header, make_header

work = json.load(sys.stdin)
is_new = work['policy'] == 'default'
policy = email.policy.default if is_new else email.policy.compat32


def words(value):
    return value if is_new or value is None else str(make_header(decode_header(re.sub(r'\r?\n(?=[ \t])', '', value))))


def people(mail, name):
    if not mail[name]:
        return []
    if is_new:
        # Its parser puts a blank between encoded words of a name (RFC 2047 §6.2 says none), so blanks are not compared.
        return [[a.display_name, a.addr_spec] for a in mail[name].addresses]
    return [[words(name), address] for name, address in email.utils.getaddresses([str(mail[name])])]


def leaves(part):
    kind = part.get_content_type()
    if kind == 'message/rfc822':
        return [[kind, part.get_filename() or '', words(part.get_payload()[0]['subject'])]]
    if part.is_multipart():
        return [leaf for child in part.get_payload() for leaf in leaves(child)]
    content = part.get_payload(decode=True)
    return [[kind, part.get_filename() or '', hashlib.sha256(content.replace(b'\r\n', b'\n')).hexdigest()]]


def read(raw):
    mail = email.message_from_bytes(base64.b64decode(raw), policy=policy)
    return {
        'subject': words(mail['subject']), 'id': str(mail['message-id']).strip(),
        'date': email.utils.parsedate_to_datetime(str(mail['date'])).isoformat(),
        'from': people(mail, 'from'), 'to': people(mail, 'to'), 'cc': people(mail, 'cc'), 'parts': leaves(mail),
        'defects': [repr(d) for part in mail.walk() for d in part.defects]
        + ([repr(d) for name in mail.keys() for d in mail[name].defects] if is_new else []),
    }


print(json.dumps({'mails': [read(raw) for raw in work['mails']]}))
