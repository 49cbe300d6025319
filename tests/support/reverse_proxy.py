"""nginx, Apache, haproxy and Caddy in front of the server, configured as documented or with one defect."""
import os
import socket
import subprocess

from .timeouts import TIMEOUT, eventually

NGINX_DIRECTIVES = {
    "upgrade": "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;",
    "host": "proxy_set_header Host $http_host;",
    "forwarded": "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;",
    "live": "proxy_buffering off;",
    "uploads": "proxy_request_buffering off;",
    "body": "client_max_body_size 0;",
    "timeouts": "proxy_read_timeout 1h; proxy_send_timeout 1h;",
}

APACHE_DIRECTIVES = {
    "upgrade": 'ProxyPass "/" "http://127.0.0.1:8080/" upgrade=websocket flushpackets=on timeout=3600',
    "host": "ProxyPreserveHost On",
    "forwarded": 'RequestHeader set X-Forwarded-Proto "expr=%{REQUEST_SCHEME}"',
    "body": "LimitRequestBody 0",
    "timeouts": "RequestReadTimeout handshake=0 header=30 body=0",
}
APACHE_MODULES = ["mpm_event", "authz_core", "proxy", "proxy_http", "headers", "reqtimeout"]
HAPROXY_DIRECTIVES = {
    "timeouts": "timeout connect 5s; timeout client 1h; timeout server 1h; timeout tunnel 1h",
    "forwarded": "option forwardfor",
}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


class Proxy:
    """A running reverse proxy, reachable at `url`."""

    def __init__(self, folder, command, port, scheme="http"):
        self.url = f"{scheme}://localhost:{port}" if scheme == "https" else f"http://127.0.0.1:{port}"
        self._log = open(folder / "proxy.log", "wb")
        self.process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
                                        env={**os.environ, "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)},
                                        start_new_session=True)
        self._port, self._folder = port, folder
        eventually(self._answers, "the proxy listens", timeout=3 * TIMEOUT)

    def _answers(self):
        assert self.process.poll() is None, (self._folder / "proxy.log").read_text()
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self._port)) == 0

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()


def nginx(folder, server, port=None, events="", files="", **changes):
    """Starts nginx. Keywords replace NGINX_DIRECTIVES by key (`uploads=""`); `events` are directives for the event stream alone, `files` is the
    URL of another server for uploads.
    """
    port = port or free_port()
    user = "user root;" if os.geteuid() == 0 else ""  # the user that may write to a test's folders
    lines = "\n      ".join({**NGINX_DIRECTIVES, **changes}.values())
    (folder / "nginx.conf").write_text(f"""
{user} daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx-error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  map $http_upgrade $connection_upgrade {{ default upgrade; '' ""; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {server.url};
      {lines}
    }}
    {"location = /api/v1/events { proxy_pass " + server.url + "; " + events + " }" if events else ""}
    {"location = /api/v1/files { proxy_pass " + files + "; client_max_body_size 0; proxy_request_buffering off; }" if files else ""}
  }}
}}
""")
    return Proxy(folder, ["/usr/sbin/nginx", "-e", str(folder / "nginx-error.log"), "-c", str(folder / "nginx.conf")], port)


def apache(folder, server, port=None, more="", **changes):
    """Starts Apache. Keywords replace APACHE_DIRECTIVES by key (`body=""`); `more` are lines after them."""
    port = port or free_port()
    lines = "\n  ".join({**APACHE_DIRECTIVES, **changes}.values()).replace("http://127.0.0.1:8080", server.url)
    modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in APACHE_MODULES)
    user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
    (folder / "apache.conf").write_text(f"""
ServerRoot {folder}
ServerName localhost
{modules}
{user}
PidFile {folder}/apache.pid
ErrorLog {folder}/apache-error.log
Listen 127.0.0.1:{port}
<VirtualHost 127.0.0.1:{port}>
  {lines}
  {more}
</VirtualHost>
""")
    return Proxy(folder, ["/usr/sbin/apache2", "-D", "FOREGROUND", "-f", str(folder / "apache.conf")], port)


def haproxy(folder, server, port=None, more="", **changes):
    """Starts haproxy. Keywords replace HAPROXY_DIRECTIVES by key, with `; ` between lines; `more` are lines of the frontend."""
    port = port or free_port()
    lines = "\n  ".join("; ".join({**HAPROXY_DIRECTIVES, **changes}.values()).split("; "))
    (folder / "haproxy.cfg").write_text(f"""
defaults
  mode http
  {lines}
frontend kingshare
  bind 127.0.0.1:{port}
  {more}
  default_backend kingshare
backend kingshare
  server kingshare {server.url.removeprefix("http://")}
""")
    return Proxy(folder, ["/usr/sbin/haproxy", "-db", "-f", str(folder / "haproxy.cfg")], port)


def caddy(folder, server, directives="", tls=False):
    port = free_port()
    site = f"localhost:{port}" if tls else f":{port}"
    (folder / "Caddyfile").write_text(f"""
{{
    admin off
    auto_https {"disable_redirects" if tls else "off"}
    skip_install_trust
    grace_period 1s
    storage file_system {folder}/caddy
}}
{site} {{
    bind 127.0.0.1
    {"tls internal" if tls else ""}
    reverse_proxy {server.url.removeprefix("http://")} {{
        {directives}
    }}
}}
""")
    return Proxy(folder, ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")], port, "https" if tls else "http")
