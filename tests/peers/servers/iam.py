"""OpenStack's Keystone as IAM: logins, look-ups, and what happens to users in the middle of a wait.

Every row has a user of its own, so that Keystone's log tells the rows apart.
"""

import itertools
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor

from gateway import Gateway
from keystone_peer import Keystone
from row import SHOW, WORK, Row, each, environment, run, run_rows

REGION = "region-1"
PASSWORD, OTHER = "Password-of-Peer-1", "Password-of-Peer-2"

installed = Keystone(os.environ["PEERS_VENV"])
iam = installed.serve()
cph = Gateway(iam)
project = iam.made("project", name=REGION, domain_id="default")
member = iam.request("GET", "/v3/roles?name=member")[2]["roles"][0]["id"]
domain = iam.made("domain", name="Other")
its_project = iam.made("project", name=REGION, domain_id=domain)
_number = itertools.count(1)
POLL = ("job", "wait", "--timeout", "60s", "--interval", "1s")


class User:
    def __init__(self, name=None, password=PASSWORD, domain="default", project=project, **fields):
        self.name, self.password = name or f"user-{next(_number)}", password
        self.domain = "Default" if domain == "default" else "Other"
        self.id = iam.made("user", name=self.name, password=password, domain_id=domain, **fields)
        self.grant = f"/v3/projects/{project}/users/{self.id}/roles/{member}"
        iam.changed("PUT", self.grant)

    def change(self, **fields):
        iam.changed("PATCH", f"/v3/users/{self.id}", {"user": fields})

    def env(self, **more):
        who = {"CPH_USERNAME": self.name, "CPH_PASSWORD": self.password, "CPH_DOMAIN_NAME": self.domain}
        return {"CPH_IAM_ENDPOINT": iam.url, "CPH_REGION": REGION, **NO_TOKEN, **who, **more}


NO_TOKEN = {"CPH_TOKEN": None, "CPH_PROJECT_ID": None}


def row(name, user, exit=0, *says, logins=None, change=None, **more):
    """`logins` are the statuses that Keystone gave to this user, `change` is what happens to it during a wait."""
    word = more.pop("word", "auth_rejected" if exit == 4 else "")
    also = more.pop("also", lambda ended: None)
    job = f"{'hold' if change else 'job'}-{user.id[:8]}"

    def checked(ended):
        seen = iam.logins(user.name)
        return f"Keystone saw the logins {seen}" if logins and seen != logins else also(ended)

    def meanwhile():
        change(job)
        # Some looks later.
        time.sleep(3)
        cph.released.add(job)

    usual = dict(env=user.env(), commands=(SHOW,), secrets=(PASSWORD, OTHER))
    if change:
        usual.update(commands=(POLL,), meanwhile=meanwhile)
    return Row(name, cph.url, exit, word, says, jobs=(job,), also=checked, **{**usual, **more})


def login(name, password):
    user = {"name": name, "password": password, "domain": {"id": "default"}}
    return {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}


def home(name):
    """A folder for runs that share their cache."""
    folder = WORK / f"home-{name}"
    folder.mkdir()
    return {"HOME": folder}


def logins():
    namesake = User("namesake")
    other = User("namesake", password=OTHER, domain=domain, project=its_project)
    foreign = User("J\u00fcrgen \u5f20\u4f1f", "\u043f\u0430\u0440\u043e\u043b\u044c \u5bc6\u7801 \"\\1")
    by_id = User()
    return [
        row("login for the project of the region", User(), logins=[201]),
        row("login for a project by its id", by_id, env=by_id.env(CPH_PROJECT_ID=project), logins=[201]),
        row("neither name nor password in ASCII", foreign, logins=[201]),
        row("a namesake of one account", namesake),
        row("a namesake of the other account", other),
    ]


def refused():
    factors = {"multi_factor_auth_enabled": True, "multi_factor_auth_rules": [["password", "totp"]]}
    wrong, stranger, elsewhere, outsider, locked = (User() for _ in range(5))
    iam.changed("DELETE", outsider.grant)
    for _ in range(3):
        iam.request("POST", "/v3/auth/tokens", login(locked.name, "wrong-password-1"))
    rows = [
        row("wrong password", wrong, env=wrong.env(CPH_PASSWORD="wrong-password-1"), logins=[401]),
        row("no such account", stranger, env=stranger.env(CPH_DOMAIN_NAME="Nobody"), logins=[401]),
        row("no such project", elsewhere, env=elsewhere.env(CPH_REGION="region-2"), logins=[401]),
        row("no role in the project", outsider, logins=[401]),
        row("disabled", User(enabled=False), logins=[401]),
        row("locked by three wrong passwords", locked),
        row("a second factor", User(options=factors), logins=[401]),
    ]
    return each(rows, exit=4, word="auth_rejected", says=("answered HTTP 401", "hint: check them"), took=(0, 12))


def caches():
    cached, wrong = User(), User()
    shared = {**cached.env(), **home("cached")}
    bad = {**wrong.env(CPH_PASSWORD="wrong-password-1"), **home("wrong")}

    def again(user, env, exit):
        """Ten more at once, with the same cache."""
        env = environment(Row("", cph.url, env=env))
        with ThreadPoolExecutor(10) as pool:
            runs = list(pool.map(lambda _: run([*SHOW, f"job-{user.id[:8]}"], env), range(10)))
        return next((f"another exit\n{ended}" for ended in runs if ended.exit != exit), None)

    def one_login(_):
        return again(cached, shared, 0) or saw(cached, [201])

    def one_wrong_login(_):
        """The right password is not locked out."""
        right = {**bad, "CPH_PASSWORD": PASSWORD}
        return again(wrong, bad, 4) or saw(wrong, [401]) or again(wrong, right, 0) or saw(wrong, [401, 201])

    return [
        row("eleven runs make one login", cached, env=shared, also=one_login),
        row("eleven runs send a wrong password once", wrong, 4, env=bad, also=one_wrong_login),
    ]


def saw(user, logins):
    seen = iam.logins(user.name)
    return None if seen == logins else f"Keystone saw the logins {seen}"


def tokens():
    """A token from elsewhere, that cph can't renew."""
    user, revoked = User(), User()
    scope = {"project": {"id": project}}
    good, dies = (iam.token(each.name, PASSWORD, scope) for each in (user, revoked))
    whole = iam.token(user.name, PASSWORD)

    def env(token):
        return {"CPH_IAM_ENDPOINT": iam.url, "CPH_REGION": REGION, **NO_TOKEN, "CPH_TOKEN": token}

    ends = dict(env=env(dies), change=lambda job: iam.revoke(dies))
    return [
        row("the project of a token", user, env=env(good)),
        # Keystone lets administrators alone list projects.
        row("a token without a project", user, 4, "name the project with", env=env(whole), word="forbidden"),
        row("a token that is none", user, 4, "answered HTTP 401", env=env("gAAAAA-not-a-token-at-all")),
        row("a token is revoked", revoked, 4, "(token from CPH_TOKEN)", **ends),
    ]


def changes():
    """What happens to a user while cph waits. A revoked token costs one login."""
    revoked, disabled, changed, expelled, edited, told = (User() for _ in range(6))
    file, config = profile("file", f'username = "{edited.name}"\npassword = "{PASSWORD}"\ndomain_name = "Default"')
    answer = WORK / "credential.json"
    answer.write_text(json.dumps({"username": told.name, "password": PASSWORD, "domain_name": "Default"}))
    command, _ = profile("command", f'credential_command = ["cat", "{answer}"]')

    def change_both(path, user):
        with cph.gate:
            path.write_text(path.read_text().replace(PASSWORD, OTHER))
            user.change(password=OTHER)
            # Keystone counts in seconds, and takes a token of the same second for one of the old password.
            time.sleep(1.1)

    def ends(name, user, change):
        return row(name, user, 4, "answered HTTP 401", "hint: check them", change=change, logins=[201, 401])

    def goes_on(name, user, change, **more):
        return row(name, user, change=change, logins=[201, 201], never=("error",), **more)

    return [
        goes_on("the token is revoked", revoked, lambda job: iam.revoke(cph.tokens[job])),
        ends("the user is disabled", disabled, lambda job: disabled.change(enabled=False)),
        ends("the password is changed", changed, lambda job: changed.change(password=OTHER)),
        ends("the role is taken away", expelled, lambda job: iam.changed("DELETE", expelled.grant)),
        goes_on("the password is changed in the file, too", edited, lambda job: change_both(config, edited), env=file),
        goes_on("the command tells a new password", told, lambda job: change_both(answer, told), env=command),
    ]


def profile(name, keys):
    """A home with a config file, and that file."""
    env = {**NO_TOKEN, **home(name)}
    config = env["HOME"] / ".config/cph/config.toml"
    config.parent.mkdir(parents=True)
    text = f'default_profile = "p"\n[profiles.p]\nregion = "{REGION}"\niam_endpoint = "{iam.url}"\n{keys}\n'
    config.write_text(text)
    config.chmod(0o600)
    return env, config


rows = [*logins(), *refused(), *caches(), *tokens(), *changes()]
run_rows("iam", rows)
