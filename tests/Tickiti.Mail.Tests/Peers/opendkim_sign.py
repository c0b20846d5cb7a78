"""Signs mails with libopendkim, by rsa-sha256 in all four forms: opendkim-testmsg itself only signs with SHA-1."""
import base64, ctypes, itertools, json, sys

work = json.load(sys.stdin)
try:
    library = ctypes.CDLL('libopendkim.so.11')
except OSError:
    print(json.dumps({'skip': "There is no libopendkim; it comes with Debian's package opendkim-tools."}))
    sys.exit()

size = ctypes.c_size_t
library.dkim_init.restype = library.dkim_sign.restype = ctypes.c_void_p
handle = ctypes.c_void_p(library.dkim_init(None, None))
signed = []
for mail, header, body in itertools.product(work['mails'], (0, 1), (0, 1)):
    mail = base64.b64decode(mail)
    status, text, length = ctypes.c_int(), ctypes.c_char_p(), size()
    dkim = ctypes.c_void_p(library.dkim_sign(
        handle, b'test', None, work['key'].encode(), work['selector'].encode(), work['domain'].encode(), header, body, 1,
        ctypes.c_ssize_t(-1), ctypes.byref(status)))
    steps = [status.value, library.dkim_chunk(dkim, mail, size(len(mail))), library.dkim_chunk(dkim, None, size(0)),
             library.dkim_eom(dkim, None),
             library.dkim_getsighdr_d(dkim, size(len('DKIM-Signature: ')), ctypes.byref(text), ctypes.byref(length))]
    assert not any(steps), steps
    signed.append(base64.b64encode(b'DKIM-Signature: ' + text.value + b'\r\n' + mail).decode())
    library.dkim_free(dkim)
print(json.dumps({'signed': signed}))
