"""TLS as nginx and HAProxy speak it by OpenSSL: versions, keys, certificates that must not be trusted."""

from certificates import EXPIRED, KEYS, NOT_YET, Authority, self_signed
from row import Row, each, run_rows
from web_servers import HAProxy, Nginx

ca = Authority()
good = ca.issue("good")
TRUST = {"SSL_CERT_FILE": ca.certificate}
UNTRUSTED = "the server's certificate is not trusted: "
NAME = "cph.peers.test"
# A message of a server is final only where it is about a certificate; else there are three attempts.
THREE = "(3 attempts)"

nginx, haproxy = Nginx(), HAProxy()


def spoken():
    for kind in KEYS:
        certificate = ca.issue("key", key=kind)
        for version in ("1.2", "1.3"):
            yield Row(f"nginx, TLS {version}, {kind}", nginx.site(f"ssl_protocols TLSv{version};", certificate))
            only = f"ssl-min-ver TLSv{version} ssl-max-ver TLSv{version}"
            yield Row(f"haproxy, TLS {version}, {kind}", haproxy.site(None, certificate, only))
    for cipher in ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"):
        site = nginx.site(f"ssl_protocols TLSv1.2; ssl_ciphers {cipher};", good)
        yield Row(f"nginx, {cipher}", site)
    for curve in ("X25519", "secp256r1", "secp384r1"):
        for version in ("1.2", "1.3"):
            site = nginx.site(f"ssl_protocols TLSv{version}; ssl_ecdh_curve {curve};", good)
            yield Row(f"nginx, TLS {version}, {curve}", site)
    yield Row("nginx, HTTP/2 is there, too", nginx.site("", good, "http2"))
    # OpenSSL goes on without a protocol in common, and HAProxy then takes HTTP/1.1.
    yield Row("haproxy, HTTP/2 is all it names", haproxy.site(None, good, "alpn h2"))
    yield Row("nginx, no session tickets", nginx.site("ssl_session_tickets off; ssl_session_cache off;", good))
    yield Row("haproxy, no session tickets", haproxy.site(None, good, "no-tls-tickets"))
    yield Row("a name in place of the address", nginx.site("", good, host="localhost"))
    wildcard = ca.issue("wildcard", names="DNS:*.peers.test")
    yield Row("a wildcard", nginx.site("", wildcard, host=NAME))
    between = Authority("Between", above=ca)
    yield Row("nginx, an authority between", nginx.site("", between.issue("below")))
    yield Row("haproxy, an authority between", haproxy.site(None, between.issue("below")))


def not_spoken():
    old = "ssl_protocols TLSv1 TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;"
    failed = dict(exit=6, word="tls", says=(THREE,))
    rows = [
        Row("nginx, TLS 1.1 at most", nginx.site(old, good), says=("does not speak TLS 1.2 or 1.3",)),
        Row("nginx, CBC only", nginx.site("ssl_protocols TLSv1.2; ssl_ciphers AES256-SHA;", ca.issue("r", key="RSA"))),
        Row("nginx, a curve that is unknown", nginx.site("ssl_ecdh_curve X448;", good)),
        Row("nginx, no TLS", nginx.site().replace("http:", "https:"), says=("the server does not speak TLS",)),
        Row("haproxy, no TLS", haproxy.site().replace("http:", "https:"), says=("the server does not speak TLS",)),
        Row("haproxy, a name that it does not know", haproxy.site(None, good, "strict-sni", host=NAME)),
    ]
    return [Row(**{**row.__dict__, **failed, "says": (*row.says, THREE)}) for row in rows]


def untrusted():
    def row(name, certificate, says, **more):
        return Row(name, nginx.site("", certificate, **more), says=(UNTRUSTED + says,))

    between = Authority("Between", above=ca)
    # As `openssl req -x509` makes it when nobody says more, and a good one.
    authority = self_signed("127.0.0.1", extensions=("subjectAltName=IP:127.0.0.1",))
    lone = self_signed("lone", extensions=("basicConstraints=critical,CA:FALSE", "subjectAltName=IP:127.0.0.1"))
    version_1 = ca.issue("127.0.0.1", names=None)
    no_name = ca.issue("127.0.0.1", names=None, extensions=("basicConstraints=CA:FALSE",))
    for_clients = ca.issue("client", extensions=("extendedKeyUsage=clientAuth",))
    wrong = [
        row("another address", ca.issue("a", names="IP:127.0.0.2"), "it is not for 127.0.0.1, but for 127.0.0.2"),
        row("another name", ca.issue("n", names="DNS:iam.peers.test"), f"it is not for {NAME}", host=NAME),
        row("a wildcard of the level above", ca.issue("w", names="DNS:*.test"), f"it is not for {NAME}", host=NAME),
        row("a common name alone", no_name, "it is not for 127.0.0.1, nor for any other host"),
        row("of X.509 version 1", version_1, "it has an old format: X.509 version 3 is needed"),
        row("expired", ca.issue("e", dates=EXPIRED), "it expired at 2021-01-01T00:00:00Z"),
        row("not yet valid", ca.issue("y", dates=NOT_YET), "it is not valid before 2098-01-01T00:00:00Z"),
        row("for clients", for_clients, "it is not for servers"),
        row("of a stranger", Authority("Stranger").issue("s"), "it is not signed by an authority that is trusted here"),
        row("of a namesake", Authority().issue("s"), "an authority of that name is trusted here, but did not sign it"),
        row("self-signed", lone, "it is not signed by an authority that is trusted here"),
        row("the authority between is missing", between.issue("m", whole_chain=False), "it is not signed by"),
        Row("haproxy, expired", haproxy.site(None, ca.issue("e", dates=EXPIRED)), says=(UNTRUSTED + "it expired",)),
    ]
    wrong = each(wrong, exit=6, word="tls", never=("attempts",), took=(0, 5))
    trusting = Row("self-signed and trusted", nginx.site("", lone), env={"SSL_CERT_FILE": lone.chain})
    says = (UNTRUSTED + "it is the certificate of an authority (CA), not of a server",)
    site = nginx.site("", authority)
    return wrong, [
        trusting,
        Row("an authority as a server", site, 6, "tls", says, env={"SSL_CERT_FILE": authority.chain}, took=(0, 5)),
    ]


def clients():
    asks = f"ssl_client_certificate {ca.certificate}; ssl_verify_client"
    optional, required = (f"verify {how} ca-file {ca.certificate}" for how in ("optional", "required"))
    # OpenSSL's alert of TLS 1.2 has two meanings; that of 1.3 has one.
    old, new = haproxy.site(None, good, f"{required} ssl-max-ver TLSv1.2"), haproxy.site(None, good, required)
    says = ("requires a client certificate",)
    return [
        Row("nginx, a client certificate is welcome", nginx.site(f"{asks} optional;", good)),
        # It completes the handshake, and then answers with a page.
        Row("nginx, a client certificate is required", nginx.site(f"{asks} on;", good), 7, "bad_answer", ("HTTP 400",)),
        Row("haproxy, a client certificate is welcome", haproxy.site(None, good, optional)),
        Row("haproxy, TLS 1.2, a client certificate is required", old, 6, "tls", (*says, THREE)),
        Row("haproxy, TLS 1.3, a client certificate is required", new, 6, "tls", says, ("attempts",), took=(0, 5)),
    ]


def files():
    """What SSL_CERT_FILE and SSL_CERT_DIR may name."""
    site = nginx.site("", good)
    folder = ca.folder / "trusted"
    folder.mkdir()
    (folder / "ca.pem").write_text(ca.certificate.read_text())
    bundle = folder.with_suffix(".bundle")
    bundle.write_text("# others, and ours\n" + Authority("Other").certificate.read_text() + ca.certificate.read_text())
    return [
        Row("SSL_CERT_DIR", site, env={"SSL_CERT_DIR": folder}),
        Row("a bundle of several", site, env={"SSL_CERT_FILE": bundle}),
        Row("the system's bundle", site, 6, "tls", (UNTRUSTED + "it is not signed by",), took=(0, 5)),
    ]


wrong, self_made = untrusted()
ours = each([*spoken(), *not_spoken(), *wrong, *clients()], env=TRUST)
rows = [*ours, *self_made, *files()]
nginx.start()
haproxy.start()
run_rows("tls", rows)
