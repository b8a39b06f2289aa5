# shellcheck shell=bash
# Sourced by compare.sh and growth.sh: a local server, a folder for one run, and the environment of all programs that
# are measured. Needs nginx and openssl. The server answers for every job id, with HTTP and with TLS 1.3.

skip() {
  printf 'skipped: %s\n' "$1"
  exit 0
}

for tool in nginx openssl curl python3; do
  command -v "$tool" >/dev/null || skip "$tool is not installed"
done
binary=$(realpath "${BINARY:-${CARGO_TARGET_DIR:-target}/release/cph}")
[[ -x $binary ]] || { printf 'no binary at %s: run cargo build --release --locked first\n' "$binary" >&2; exit 1; }

work=$(mktemp -d)
server=
trap '[[ -z $server ]] || { kill "$server"; wait "$server"; } 2>/dev/null; rm -rf "$work"' EXIT
http_port=$((20000 + $$ % 20000))
https_port=$((http_port + 1))

# Chain and key sizes as of most public endpoints.
(
  cd "$work"
  key=(-newkey rsa:2048 -nodes)
  openssl req -x509 "${key[@]}" -days 2 -subj '/CN=benchmark root' -keyout root.key -out root.pem
  openssl req "${key[@]}" -subj '/CN=benchmark intermediate' -keyout intermediate.key -out intermediate.csr
  openssl x509 -req -in intermediate.csr -CA root.pem -CAkey root.key -CAcreateserial -days 2 \
    -extfile <(echo 'basicConstraints=critical,CA:TRUE') -out intermediate.pem
  openssl req "${key[@]}" -subj /CN=localhost -keyout server.key -out server.csr
  openssl x509 -req -in server.csr -CA intermediate.pem -CAkey intermediate.key -CAcreateserial -days 2 \
    -extfile <(echo subjectAltName=DNS:localhost) -out leaf.pem
  cat leaf.pem intermediate.pem >server.pem
  # What a client reads on a real machine: all roots of the system, and ours.
  cat /etc/ssl/certs/ca-certificates.crt root.pem >bundle.pem
) 2>"$work/openssl.log" || { cat "$work/openssl.log" >&2; exit 1; }

cat >"$work/nginx.conf" <<CONF
daemon off;
worker_processes 1;
pid $work/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  default_type application/json;
  keepalive_requests 1000000;
  client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/fastcgi;
  uwsgi_temp_path $work/uwsgi; scgi_temp_path $work/scgi;
  ssl_certificate $work/server.pem;
  ssl_certificate_key $work/server.key;
  ssl_protocols TLSv1.3;
  server {
    listen 127.0.0.1:$http_port;
    listen 127.0.0.1:$https_port ssl;
    location ~ ^/v1/[^/]+/cloud-phone/jobs/(?<job>[^/]+)\$ {
      return 200 '{"job_id":"\$job","request_id":"2676a3b4f7df49c297c6775989806d32","status":2,"error_code":"",
"error_msg":"","phone_id":"9b28fbe50ded4060b8149a47e55dba82","server_id":"8aa2e5c1b2f54b6aa3d2d9b5ac9f6a10",
"begin_time":"2019-04-26T07:00:00Z","end_time":"2019-04-26T07:00:06Z","execute_msg":"restarted in 6 s"}';
    }
  }
}
CONF
nginx -c "$work/nginx.conf" -e "$work/nginx.log" &
server=$!

# shellcheck disable=SC2034 # growth.sh uses it.
http=http://127.0.0.1:$http_port https=https://localhost:$https_port project=0dd8cb413000906a2fcdc019b5a84546
export HOME=$work SSL_CERT_FILE=$work/bundle.pem NODE_EXTRA_CA_CERTS=$work/root.pem
export CPH_PROJECT_ID=$project CPH_ACCESS_KEY=benchmark CPH_SECRET_KEY=benchmark
unset SSL_CERT_DIR CURL_CA_BUNDLE REQUESTS_CA_BUNDLE HTTP_PROXY HTTPS_PROXY ALL_PROXY http_proxy https_proxy all_proxy

# The URL of a job, on the server named first.
job_url() { printf '%s/v1/%s/cloud-phone/jobs/%s' "$1" "$project" "$2"; }

# That many job ids, one a line.
job_ids() { seq -f '%032.0f' "$1"; }

# A configuration with which curl asks for that many jobs, 16 at once.
curl_many() {
  printf 'silent\nno-progress-meter\nparallel\nparallel-immediate\nparallel-max = 16\nheader = "X-Auth-Token: token"\n'
  job_ids "$2" | sed "s|.*|url = $(job_url "$1" '&')\noutput = /dev/null|"
}

for _ in {1..100}; do
  curl --silent --fail --output /dev/null "$(job_url "$https" 1)" && break
  sleep 0.1
done
# For its message, where the server never answered.
curl --silent --show-error --fail --output /dev/null "$(job_url "$https" 1)"

printf '%s, %s\n' "$(nproc) processors: $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)" \
  "$(. /etc/os-release && echo "$PRETTY_NAME"), Linux $(uname -r)"
