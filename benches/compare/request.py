"""The request that every proxy gets: 21 header fields beside Host, 948 bytes of head."""

HOST = "loyalty.example.ru"
APP = "5c0d1a35-8c5e-4f2b-9a52-0d6f3f0f7a11"
USER = "01-000000000000001"
STORE = "20240105-1A2B-40C3-80D4-E5F60718293A"
DEVICE = "20240105-9F8E-407D-80C6-B5A493827160"
IMEI = "352099001761481"
TOKEN = "user-token-0123456789abcdef"
HEAD_BYTES = 948

# The terminal's own fields, and what an app could forge: none of these values may arrive.
REMOVED = {
    "X-Device-ID": DEVICE,
    "X-Device-IMEI": IMEI,
    "X-Device-UUID": DEVICE,
    "X-User-ID": USER,
    "X-Shop-UUID": STORE,
    "X-Signed-Url": "",
    "X-Device-Salt": "b1946ac92492d2347c6235b4d2611184",
    "X-Device-Algorithm": "HmacSHA256",
    "X-Device-Date": "2024-05-06T07:08:09.123+0000",
    "X-Secret-Device-ID": "591785b794601e212b260e25925636fd",
    "X-OAuth-Client-ID": APP,
    "X-Evotor-Store-Uuid": "forged",
    "X-Evotor-Device-UUID": "forged",
    "X-Evotor-User-Id": "forged",
    "Authorization": "Bearer forged",
}
KEPT = {
    "User-Agent": "okhttp/3.12.13",
    "Accept": "application/json",
    "Accept-Language": "ru-RU",
    "Accept-Encoding": "gzip",
    "X-App-Version": "2.14.0",
}
INJECTED = {
    "X-Evotor-Store-Uuid": STORE,
    "X-Evotor-Device-UUID": DEVICE,
    "X-Evotor-User-Id": USER,
    "Authorization": f"Bearer {TOKEN}",
}


def fields(close=False, h2=False):
    """Name and value of each field but Host; HTTP/2 has no Connection."""
    connection = {} if h2 else {"Connection": "close" if close else "keep-alive"}
    found = {**connection, **KEPT, **REMOVED}
    found["X-Signed-Url"] = "s" * padding(found)
    return found


def padding(found):
    """What the signature has to measure for the head to reach its size."""
    rest = "GET /api/bonus/00000 HTTP/1.1\r\n" + head(found)
    return HEAD_BYTES - len(rest)


def head(found):
    """Field lines, Host first, with the empty line."""
    lines = [f"Host: {HOST}", *(f"{name}: {value}" for name, value in found.items()), "", ""]
    return "\r\n".join(lines)
