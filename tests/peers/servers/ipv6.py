"""IPv6, names with several addresses of which some are dead, and name servers, with dnsmasq."""

import subprocess
import sys

from certificates import Authority
from peer import SIMULATED, Peer, port, simulator
from proxy_servers import microsocks, tinyproxy
from row import Row, each, run_rows, with_env
from web_servers import Nginx

# Here, and here without a server; what is sent there is lost; there is no route.
LIVE, REFUSING, DEAD, NO_ROUTE = "2001:db8::1", "2001:db8::2", "2001:db8:dead::1", "2001:db9::1"
LIVE4, REFUSING4, DEAD4, NO_ROUTE4 = "192.0.2.1", "192.0.2.2", "198.51.100.1", "203.0.113.1"
ALL_DEAD = (DEAD, "2001:db8:dead::2", "2001:db8:dead::3")

for arguments in (
    *(("-6", "address", "add", f"{address}/128", "dev", "lo") for address in (LIVE, REFUSING)),
    ("address", "add", f"{REFUSING4}/32", "dev", "lo"),
    # A cable to a machine that is not there.
    ("link", "add", "near", "type", "veth", "peer", "name", "far"),
    *(("link", "set", end, "up") for end in ("near", "far")),
    ("-6", "route", "add", "2001:db8:dead::/48", "dev", "near"),
    *(("-6", "neighbour", "add", address, "lladdr", "02:00:00:00:00:01", "dev", "near") for address in ALL_DEAD),
):
    made = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if made.returncode:
        print(f"left out: ipv6, since this machine can't: ip {' '.join(arguments)}: {made.stderr.strip()}")
        sys.exit(0)

NAMES = {
    "both": (LIVE4, LIVE),
    "only6": (LIVE,),
    "dead6": (LIVE4, DEAD),
    "refusing6": (LIVE4, REFUSING),
    "no-route6": (LIVE4, NO_ROUTE),
    "three-dead6": (LIVE4, *ALL_DEAD),
    "dead4": (DEAD4, LIVE),
    "refusing4": (REFUSING4, LIVE),
    "no-route4": (NO_ROUTE4, LIVE),
    "two-dead4": (DEAD4, "198.51.100.2", LIVE4),
    "dead": (DEAD4, DEAD),
    "only-dead6": (DEAD,),
    "refusing": (REFUSING4, REFUSING),
}

ca = Authority()
names = ",".join([f"IP:{LIVE}", "IP:::1", *(f"DNS:{name}.peers.test" for name in NAMES)])
good, other = ca.issue("good", names=names), ca.issue("other", names=f"IP:{REFUSING}")
service = simulator()
locations = f"location / {{ proxy_pass http://127.0.0.1:{service.port}; }}"
nginx = Nginx()


def site(certificate=good, **more):
    return nginx.site("keepalive_timeout 0;", certificate, locations=locations, **more)


# One port at all addresses.
here = site(address=LIVE4, also_at=f"[{LIVE}]", host="NAME")
literal = here.replace("NAME", f"[{LIVE}]")
loopback = site(address="[::1]", host="[::1]")
plain_loopback = site(None, address="[::1]", host="[::1]")
foreign = site(other, address=f"[{LIVE}]", host=f"[{LIVE}]")
nginx.start()

records = [f"--host-record={name}.peers.test,{address}" for name, several in NAMES.items() for address in several]
unanswered = f"--server=/silent.test/{DEAD4}"
dns = Peer(
    "dnsmasq",
    [
        *("dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root"),
        *("--pid-file", "--listen-address=127.0.0.1", "--bind-interfaces", "--local=/peers.test/", unanswered),
        *records,
    ],
    [53],
).start()

proxy = tinyproxy("tiny", None, listen=("::1", LIVE4))
[socks] = microsocks("socks", None, listen="::1").ports

at = literal.rsplit(":")[-1]
IN_TIME, THREE_ROUNDS = (0, 5), (15, 20)
SILENT = "no connection within 5 s"


def named(name):
    return here.replace("NAME", f"{name}.peers.test")


def proxied(name, url, **more):
    return Row(f"a proxy at {name}", named("both"), env={"HTTPS_PROXY": url}, took=IN_TIME, **more)


alive = [name for name in NAMES if name not in ("dead", "only-dead6", "refusing")]
down = dict(exit=6, word="unreachable")
rows = [
    Row("http to ::1", plain_loopback),
    Row("https to ::1", loopback),
    Row("an address", literal),
    Row("an address that is not in the certificate", foreign, 6, "tls", (f"it is not for {LIVE}, but for {REFUSING}",)),
    *(Row(name, named(name), took=IN_TIME) for name in alive),
    Row("dead", named("dead"), says=(SILENT, "(3 attempts)"), took=THREE_ROUNDS, **down),
    Row("only a dead AAAA", named("only-dead6"), says=(SILENT, "(3 attempts)"), took=THREE_ROUNDS, **down),
    Row("refusing", named("refusing"), says=("Connection refused", "(3 attempts)"), **down),
    Row("no such name", named("nobody"), says=("Name or service not known", "hint: check the host name"), **down),
    Row("a name server that never answers", "https://cph.silent.test", says=(SILENT,), took=THREE_ROUNDS, **down),
    proxied("::1", f"http://[::1]:{proxy}"),
    proxied("::1, by SOCKS", f"socks5h://[::1]:{socks}"),
    proxied("a name with a dead AAAA", f"http://dead6.peers.test:{proxy}"),
    *(
        Row(f"NO_PROXY={text}", literal, env={"HTTPS_PROXY": f"http://[{REFUSING}]:1", "NO_PROXY": text})
        for text in (LIVE, f"[{LIVE}]", f"{LIVE}/128", "2001:db8::/32", "2001:0db8:0::1", f"[{LIVE}]:{at}")
    ),
    Row(
        "NO_PROXY with another address",
        literal,
        says=("Connection refused", "HTTPS_PROXY"),
        env={"HTTPS_PROXY": f"http://[{REFUSING}]:1", "NO_PROXY": f"{REFUSING},2001:db9::/32,[{LIVE}]:1"},
        **down,
    ),
]
run_rows("ipv6", with_env(each(rows, jobs=("sim-ok",)), SSL_CERT_FILE=ca.certificate, **SIMULATED))
