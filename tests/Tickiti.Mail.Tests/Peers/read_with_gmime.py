"""What GMime reads in mails."""
import base64, ctypes, datetime, hashlib, json, sys

work = json.load(sys.stdin)
try:
    gmime = ctypes.CDLL('libgmime-3.0.so.0')
except OSError:
    print(json.dumps({'skip': "There is no GMime; it comes with Debian's package gmime-bin."}))
    sys.exit()


def call(name, *arguments, gives=ctypes.c_void_p):
    """Pointers are plain numbers here; everything else says its type."""
    function = getattr(gmime, name)
    function.restype = gives
    return function(*[ctypes.c_void_p(a) if isinstance(a, int) else a for a in arguments])


def text(name, *arguments):
    value = call(name, *arguments, gives=ctypes.c_char_p)
    return value.decode() if value is not None else None


def people(listed):
    found = []
    for i in range(call('internet_address_list_length', listed, gives=ctypes.c_int)):
        one = call('internet_address_list_get_address', listed, ctypes.c_int(i))
        found.append([text('internet_address_get_name', one) or '', text('internet_address_mailbox_get_idn_addr', one)])
    return found


class Bytes(ctypes.Structure):
    _fields_ = [('data', ctypes.POINTER(ctypes.c_ubyte)), ('length', ctypes.c_uint)]


def content(part):
    stream = call('g_mime_stream_mem_new')
    call('g_mime_data_wrapper_write_to_stream', call('g_mime_part_get_content', part), stream, gives=ctypes.c_ssize_t)
    array = ctypes.cast(call('g_mime_stream_mem_get_byte_array', stream), ctypes.POINTER(Bytes)).contents
    return ctypes.string_at(array.data, array.length) if array.length else b''


def leaves(part):
    kind = text('g_mime_content_type_get_mime_type', call('g_mime_object_get_content_type', part))
    name = text('g_mime_object_get_content_disposition_parameter', part, b'filename') or ''
    if kind.startswith('multipart/'):
        count = call('g_mime_multipart_get_count', part, gives=ctypes.c_int)
        return [leaf for i in range(count) for leaf in leaves(call('g_mime_multipart_get_part', part, ctypes.c_int(i)))]
    if kind == 'message/rfc822':
        return [[kind, name, text('g_mime_message_get_subject', call('g_mime_message_part_get_message', part))]]
    return [[kind, name, hashlib.sha256(content(part).replace(b'\r\n', b'\n')).hexdigest()]]


def read(raw):
    raw = base64.b64decode(raw)
    stream = call('g_mime_stream_mem_new_with_buffer', raw, ctypes.c_size_t(len(raw)))
    mail = call('g_mime_parser_construct_message', call('g_mime_parser_new_with_stream', stream), None)
    seconds = call('g_date_time_to_unix', call('g_mime_message_get_date', mail), gives=ctypes.c_int64)
    return {
        'subject': text('g_mime_message_get_subject', mail), 'id': f"<{text('g_mime_message_get_message_id', mail)}>",
        'date': datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).isoformat(),
        'from': people(call('g_mime_message_get_from', mail)), 'to': people(call('g_mime_message_get_to', mail)),
        'cc': people(call('g_mime_message_get_cc', mail)), 'parts': leaves(call('g_mime_message_get_mime_part', mail)), 'defects': [],
    }


call('g_mime_init')
print(json.dumps({'mails': [read(raw) for raw in work['mails']]}))
