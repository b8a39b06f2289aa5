"""nginx and HAProxy in front of the service: their limits, their error pages, restarts in the middle of a wait.

The service is `cph simulator`, or the gateway itself answers.
"""

from certificates import EXPIRED, Authority
from peer import SIMULATED, port, simulator
from row import ANSWER, WAIT, Row, run_rows, with_env
from web_servers import HAProxy, Nginx

ca = Authority()
good, expired = ca.issue("good"), ca.issue("expired", dates=EXPIRED)

# The longest token that the service's documentation names.
DOCUMENTED = "T" * 8096

service = simulator()
PASS = f"proxy_pass http://127.0.0.1:{service.port};"
PASS_ON = f"location / {{ {PASS} }}"

# For what the whole http block of nginx must know.
HTTP = """
limit_req_zone $server_port zone=five:1m rate=5r/s;
proxy_connect_timeout 2s;
"""
nginx, haproxy = Nginx(http=HTTP), HAProxy()
haproxy.backend("service", f"127.0.0.1:{service.port}")
haproxy.backend("nobody", f"127.0.0.1:{port()}")
TO_SERVICE = "default_backend service"

# Each waits for another job of the simulator: a job begins with the first question about it.
POLL = ("job", "wait", "--timeout", "60s", "--interval", "1s")
_seconds = iter(range(6, 20))


def wait_row(name, endpoint, **more):
    seconds = next(_seconds)
    usual = dict(jobs=(f"sim-ok-{seconds}s",), commands=(POLL,), env=SIMULATED, took=(seconds - 1, seconds + 12))
    return Row(name, endpoint, **{**usual, **more})


def connections():
    """Connections that end between two looks are nothing to tell of."""
    silent = dict(never=("error", "warning"))
    often = "timeout http-keep-alive 1s\n  default_backend service"
    keys = {
        "CPH_ACCESS_KEY": "SIMULATORACCESSKEY01",
        "CPH_SECRET_KEY": "simulator/secret+key/0123456789abcdefghij",
        "CPH_PROJECT_ID": SIMULATED["CPH_PROJECT_ID"],
        "CPH_TOKEN": None,
    }
    with_host = f"location / {{ {PASS} proxy_set_header Host $http_host; }}"
    return [
        Row("a signature passes nginx", nginx.site(locations=with_host), jobs=("sim-ok",), env=keys),
        Row("a signature passes haproxy", haproxy.site(TO_SERVICE), jobs=("sim-ok",), env=keys),
        wait_row("nginx, no keep-alive", nginx.site("keepalive_timeout 0;", good, locations=PASS_ON), **silent),
        wait_row("nginx, one request each", nginx.site("keepalive_requests 1;", good, locations=PASS_ON), **silent),
        # As long as the interval: it ends while the next request is on its way.
        wait_row("nginx, keep-alive of 1 s", nginx.site("keepalive_timeout 1s;", good, locations=PASS_ON), **silent),
        wait_row("haproxy, keep-alive of 1 s", haproxy.site(often, good), **silent),
        wait_row("haproxy, no keep-alive", haproxy.site(f"option httpclose\n  {TO_SERVICE}", good), **silent),
    ]


def sizes():
    def headers(number, length):
        text = "".join(f"add_header X-Padding-{n} {'x' * length};" for n in range(number))
        return nginx.site(text)

    def token(length):
        return {"CPH_TOKEN": DOCUMENTED[:length]}

    zipped = "add_header Content-Encoding gzip;"
    page = dict(exit=7, word="bad_answer", says=("answered HTTP 400: an HTML page",))
    return [
        Row("a response with headers of 60 kB", headers(60, 1000)),
        Row("a response with headers of 600 kB", headers(600, 1000), 7, "bad_answer", ("head is too large",)),
        Row("nginx, the longest token", nginx.site("", good), env=token(8096)),
        Row("haproxy, the longest token", haproxy.site(None, good), env=token(8096)),
        Row("nginx, too long a token", nginx.site("large_client_header_buffers 4 4k;"), env=token(8096), **page),
        Row("haproxy, too long a token", haproxy.site(), env={"CPH_TOKEN": DOCUMENTED * 3}, **page),
        Row("nginx, gzip for those who ask for it", nginx.site("gzip on; gzip_types *; gzip_min_length 1;")),
        Row("nginx, gzip whoever asks", nginx.site(zipped), 7, "bad_answer", ("was not requested",)),
    ]


def slow():
    padded = " " * 900 + ANSWER
    answer = f"location / {{ default_type application/json; return 200 '{padded}'; }}"
    hangs = haproxy.site("timeout tarpit 60s\n  http-request tarpit")
    too_slow = dict(exit=6, word="http_timeout", says=("no complete response within 10 s (3 attempts)",), took=(28, 34))
    impatient = f"location / {{ proxy_pass {hangs}; proxy_read_timeout 1s; }}"
    return [
        Row("a body of 4 s", nginx.site("limit_rate 250;", locations=answer), took=(2, 8)),
        Row("a body of 50 s", nginx.site("limit_rate 20;", locations=answer), **too_slow),
        Row("a service that hangs", hangs, **too_slow),
        Row("nginx, a service that hangs", nginx.site(locations=impatient), 6, "service_error", ("HTTP 504",)),
    ]


def errors():
    def answers(name, text, exit, word, *says):
        return Row(name, nginx.site(locations=f"location / {{ {text} }}"), exit, word, says)

    dead = f"proxy_pass http://127.0.0.1:{port()};"
    every = nginx.site(locations='location ~ /jobs/(.+)$ { return 200 \'{"job_id":"$1","status":2}\'; }')
    to_every = f"location / {{ proxy_pass {every}; }}"
    limited = nginx.site("limit_req zone=five; limit_req_status 429;", locations=to_every)
    forty = tuple(f"job-{n}" for n in range(40))
    return [
        answers("nginx, no service", dead, 6, "service_error", "HTTP 502", "(3 attempts)"),
        Row("haproxy, no service", haproxy.site("default_backend nobody"), 6, "service_error", ("HTTP 503",)),
        answers("nginx, not found", "return 404;", 7, "bad_answer", "HTTP 404"),
        answers("nginx, forbidden", "deny all;", 4, "forbidden", "HTTP 403"),
        answers("nginx, a password", "auth_basic x; auth_basic_user_file /dev/null;", 4, "auth_rejected", "HTTP 401"),
        answers("nginx, to https", "return 301 https://$host$request_uri;", 7, "bad_answer", "a redirect to https://"),
        answers("nginx, closes without an answer", "return 444;", 6, "unreachable", "(3 attempts)"),
        Row("nginx, http to a port for https", nginx.site("", good).replace("https:", "http:"), 7, "bad_answer"),
        Row("nginx, 429 above 5 requests a second", limited, jobs=forty, commands=(WAIT,), took=(7, 40)),
    ]


def restarts():
    """Servers of their own: the other rows must not notice."""
    calm, busy, poor, gone = (Nginx(name) for name in ("calm", "busy", "poor", "gone"))
    proxy = HAProxy("reloaded")
    proxy.backend("service", f"127.0.0.1:{service.port}")
    reloaded = proxy.site(TO_SERVICE, good)
    calm_site = calm.site("", good, locations=PASS_ON)
    busy_site = busy.site("", good, locations=PASS_ON)
    poor_site = poor.site("keepalive_timeout 0;", good, locations=PASS_ON)
    gone_site = gone.site("", good, locations=PASS_ON)
    for server in (calm, busy, poor, gone, proxy):
        server.start()

    def expire():
        for before, after in ((good.chain, expired.chain), (good.key, expired.key)):
            poor.sites[0] = poor.sites[0].replace(str(before), str(after))
        poor.reload()

    away = dict(meanwhile=lambda: busy.peer.restart(3), says=("failing: https://", "the service answers again after"))
    ended = dict(meanwhile=expire, exit=6, word="tls", says=("it expired at 2021-01-01T00:00:00Z",), took=(1, 5))
    never_back = dict(meanwhile=gone.peer.stop, exit=8, word="unreachable", says=("Connection refused", "(--timeout)"))
    for_8_s = dict(commands=(("job", "wait", "--timeout", "8s", "--interval", "1s"),), took=(7, 9.5))
    return [
        wait_row("nginx reloads", calm_site, meanwhile=calm.reload_often, never=("error",)),
        wait_row("haproxy reloads", reloaded, meanwhile=proxy.reload_often, never=("error",)),
        wait_row("nginx is away for 3 s", busy_site, **away),
        wait_row("nginx reloads an expired certificate", poor_site, **ended),
        wait_row("nginx is away for good", gone_site, **never_back, **for_8_s),
    ]


rows = [*connections(), *sizes(), *slow(), *errors(), *restarts()]
nginx.start()
haproxy.start()
run_rows("gateways", with_env(rows, SSL_CERT_FILE=ca.certificate))
