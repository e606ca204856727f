"""The formats of doc/protocol.md once more, over libsodium by ctypes and in
code of its own: what an intruder with the same library could write, and what
a story holds the programs against."""

import ctypes
import os

LIBRARY = "libsodium.so.23"
KEY, HASH, ITEM = 32, 32, 16
CHUNK, OVERHEAD, HEADER = 65536, 17, 24
FINAL = 3
ARGON2ID = 2

_lib = ctypes.CDLL(LIBRARY)
if _lib.sodium_init() < 0:
    raise OSError(f"{LIBRARY} does not start")
_length = ctypes.c_ulonglong


def _fill(size, call, *args):
    """call(out, *args): the bytes of out, or None when it refuses."""
    out = ctypes.create_string_buffer(size)
    return out.raw if call(out, *args) == 0 else None


# Keys

def derive(key, number, context):
    return _fill(KEY, _lib.crypto_kdf_derive_from_key, ctypes.c_size_t(KEY),
                 ctypes.c_uint64(number), context.encode(), key)


def digest(purpose, data, key=b""):
    data = purpose.encode() + b"\0" + data
    return _fill(HASH, _lib.crypto_generichash, ctypes.c_size_t(HASH), data,
                 _length(len(data)), key or None, ctypes.c_size_t(len(key)))


def box_public(secret):
    return _fill(KEY, _lib.crypto_scalarmult_base, secret)


def box_secret(seed):
    """The X25519 secret that crypto_box_seed_keypair makes of a seed."""
    secret = ctypes.create_string_buffer(KEY)
    _lib.crypto_box_seed_keypair(ctypes.create_string_buffer(KEY), secret,
                                 seed)
    return secret.raw


class Signer:
    """An Ed25519 pair, from a seed or a new one."""

    def __init__(self, seed=None):
        public = ctypes.create_string_buffer(KEY)
        secret = ctypes.create_string_buffer(64)
        _lib.crypto_sign_seed_keypair(public, secret,
                                      seed or os.urandom(KEY))
        self.public, self._secret = public.raw, secret.raw

    def sign(self, purpose, data):
        data = purpose.encode() + b"\0" + data
        return _fill(64, _lib.crypto_sign_detached, None, data,
                     _length(len(data)), self._secret)

    def as_box_secret(self):
        return _fill(KEY, _lib.crypto_sign_ed25519_sk_to_curve25519,
                     self._secret)


def holds(public, purpose, data, signature):
    data = purpose.encode() + b"\0" + data
    return _lib.crypto_sign_verify_detached(
        signature, data, _length(len(data)), public) == 0


# Boxes

def box_inside(secret, box):
    """What a box holds (purpose, context, recipient, plain), or None."""
    sealed = box[KEY + 24:]
    if len(sealed) < 16:
        return None
    return _fill(len(sealed) - 16, _lib.crypto_box_open_easy, sealed,
                 _length(len(sealed)), box[KEY:KEY + 24], box[:KEY], secret)


def box_open(secret, purpose, context, box):
    """The plain bytes, when it is for this key, purpose and context."""
    head = f"{purpose}\0{context}\0".encode() + box_public(secret)
    inside = box_inside(secret, box)
    if inside is None or not inside.startswith(head):
        return None
    return inside[len(head):]


def box_seal(public, purpose, context, plain):
    secret, nonce = os.urandom(KEY), os.urandom(24)
    plain = f"{purpose}\0{context}\0".encode() + public + plain
    return box_public(secret) + nonce + _fill(
        len(plain) + 16, _lib.crypto_box_easy, plain, _length(len(plain)),
        nonce, public, secret)


# Parts

def padded(n):
    n += 1
    if n <= 16384:
        return -(-n // 1024) * 1024
    e = n.bit_length() - 1
    step = 1 << (e - e.bit_length())
    return -(-n // step) * step


def _state():
    return ctypes.create_string_buffer(
        _lib.crypto_secretstream_xchacha20poly1305_statebytes())


def _ad(item, part):
    return b"teduh/part/v1\0" + item + part.to_bytes(4, "big")


def _stream(call, size, state, tag_out, piece, ad, *tag):
    """One chunk through push (tag behind) or pull (tag_out)."""
    out = ctypes.create_string_buffer(max(size, 1))
    done = call(state, out, None, *([tag_out] if tag_out else []), piece,
                _length(len(piece)), ad, _length(len(ad)), *tag)
    return out.raw[:size] if size >= 0 and done == 0 else None


def part_seal(key, item, part, plain):
    state, ad = _state(), _ad(item, part)
    out = _fill(HEADER, lambda header:
                _lib.crypto_secretstream_xchacha20poly1305_init_push(
                    state, header, derive(key, part, "teduhprt")))
    plain += b"\x80" + bytes(padded(len(plain)) - len(plain) - 1)
    for at in range(0, len(plain), CHUNK):
        piece = plain[at:at + CHUNK]
        tag = FINAL if at + CHUNK >= len(plain) else 0
        out += _stream(_lib.crypto_secretstream_xchacha20poly1305_push,
                       len(piece) + OVERHEAD, state, None, piece, ad,
                       ctypes.c_ubyte(tag))
    return out


def part_open(key, item, part, sealed, derived=True):
    """The plain bytes with their padding cut off, or None."""
    state, ad, out = _state(), _ad(item, part), b""
    if derived:
        key = derive(key, part, "teduhprt")
    if _lib.crypto_secretstream_xchacha20poly1305_init_pull(
            state, sealed[:HEADER], key) != 0:
        return None
    for at in range(HEADER, len(sealed), CHUNK + OVERHEAD):
        piece = sealed[at:at + CHUNK + OVERHEAD]
        plain = _stream(_lib.crypto_secretstream_xchacha20poly1305_pull,
                        len(piece) - OVERHEAD, state,
                        ctypes.byref(ctypes.c_ubyte()), piece, ad)
        if plain is None:
            return None
        out += plain
    return out[:out.rindex(b"\x80")]


def part_hash(sealed):
    return digest("teduh/part/v1", sealed)


# A person's key file

def _lock(passphrase, head):
    ops, mem = (int.from_bytes(head[at:at + 4], "big") for at in (10, 14))
    return _fill(KEY, _lib.crypto_pwhash, _length(KEY), passphrase,
                 _length(len(passphrase)), head[18:34], _length(ops),
                 ctypes.c_size_t(mem * 1024), ARGON2ID)


def keyfile_open(data, passphrase):
    """The seed in a key file, or None."""
    head, sealed = data[:58], data[58:]
    return _fill(KEY, _lib.crypto_aead_xchacha20poly1305_ietf_decrypt, None,
                 None, sealed, _length(len(sealed)), head, _length(len(head)),
                 head[34:], _lock(passphrase, head))


def keyfile_make(seed, passphrase, ops=1, mem_kib=8):
    """A key file as doc/protocol.md has it, by default with a lock that is
    open at once."""
    head = (b"TEDUHKEY\x01\x01" + ops.to_bytes(4, "big")
            + mem_kib.to_bytes(4, "big") + os.urandom(40))
    return head + _fill(
        KEY + 16, _lib.crypto_aead_xchacha20poly1305_ietf_encrypt, None,
        seed, _length(len(seed)), head, _length(len(head)), None, head[34:],
        _lock(passphrase, head))
