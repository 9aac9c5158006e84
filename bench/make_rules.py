#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a rules file with as many rules as asked for, of the shapes that detection rules have: macros and lists that
all share, and four or five checks of each rule's own about programs, files, command lines, users, containers, networks.
The same number and seed give the same file.

    bench/make_rules.py 10000 > rules.yaml
    bench/make_rules.py 10000 --seed 7 > others.yaml
"""
import argparse
import random
import sys

HEAD = """\
- list: login_binaries
  items: [login, systemd-logind, su, sudo, sshd, nologin, passwd, chsh]
- list: private_networks
  items: ['"10.0.0.0/8"', '"172.16.0.0/12"', '"192.168.0.0/16"']
- macro: open_write
  condition: evt.type in (open, openat, openat2) and evt.is_open_write = true and fd.typechar = 'f' and fd.num >= 0
- macro: open_read
  condition: evt.type in (open, openat, openat2) and evt.is_open_read = true and fd.typechar = 'f' and fd.num >= 0
- macro: spawned_process
  condition: evt.type in (execve, execveat) and evt.dir = <
- macro: in_container
  condition: container.id != host
- macro: outbound
  condition: evt.type = connect and evt.dir = < and (fd.typechar = 4 or fd.typechar = 6)
- macro: inbound
  condition: evt.type in (accept, accept4) and evt.dir = < and evt.rawres >= 0
- macro: removes
  condition: evt.type in (unlink, unlinkat, rmdir) and evt.dir = <
- macro: renames
  condition: evt.type in (rename, renameat, renameat2) and evt.dir = <
- macro: modifies
  condition: evt.type in (chmod, fchmodat) and evt.dir = <
"""

RULE = """\
- rule: Made rule {number}
  desc: what made rule {number} is about
  condition: >
    {condition}
  output: "{subject} (user=%user.name process=%proc.name command=%proc.cmdline parent=%proc.pname{more})"
  priority: {priority}
  tags: [{tag}, made]
"""

FOLDERS = ["/etc", "/usr/bin", "/usr/lib", "/usr/local", "/opt", "/srv", "/var/lib", "/var/log", "/var/spool", "/home",
	   "/root", "/tmp", "/dev/shm", "/run", "/boot", "/data"]
WORDS = ["agent", "backup", "cache", "cron", "db", "deploy", "exporter", "gate", "image", "index", "job", "key", "ledger",
	 "mail", "miner", "node", "proxy", "queue", "relay", "scan", "secret", "session", "shell", "store", "sync", "tunnel",
	 "update", "vault", "watch", "worker"]
OPTIONS = ["--exec", "-e /bin/sh", "--password", "base64 -d", "--socks5", "/dev/tcp/", "chmod +x", "--insecure", "LD_PRELOAD",
	   "--privileged", "nsenter", "--no-check"]
USERS = ["root", "nobody", "www-data", "postgres", "daemon", "mysql", "nginx", "git"]
SUFFIXES = [".so", ".conf", ".key", ".pem", ".sh", ".service", ".sql", ".bak", ".php", ".jar"]
PRIORITIES = ["NOTICE", "WARNING", "ERROR", "CRITICAL"]


class Maker:
	def __init__(self, seed):
		self.random = random.Random(seed)

	def one(self, of):
		return self.random.choice(of)

	def word(self):
		return f"{self.one(WORDS)}{self.random.randrange(1, 5000)}"

	def program(self):
		return self.word() if self.random.random() < 0.97 else self.one(["python3", "perl", "curl", "nc", "java", "node"])

	def programs(self):
		return ", ".join(self.program() for _ in range(self.random.randrange(2, 7)))

	def path(self):
		return f"{self.one(FOLDERS)}/{self.word()}"

	def of_program(self):
		return self.one([
			lambda: f"proc.name = {self.program()}",
			lambda: f"proc.name in ({self.programs()})",
			lambda: f"proc.pname in ({self.programs()})",
			lambda: f"proc.exepath startswith {self.path()}/",
			lambda: f"proc.exe endswith /{self.word()}",
		])()

	def of_command(self):
		return self.one([
			lambda: f"proc.cmdline contains \"{self.word()} {self.one(OPTIONS)}\"",
			lambda: f"proc.cmdline contains \"{self.one(OPTIONS)} {self.word()}\"",
			lambda: f"proc.cmdline icontains {self.word()}",
			lambda: f"proc.args startswith \"-c {self.word()}\"",
			lambda: f"proc.cmdline glob \"*{self.word()}*{self.one(OPTIONS)}*\"",
			lambda: f"proc.cmdline regex \".*{self.word()}[0-9]+.*\"",
		] if self.random.random() < 0.2 else [
			lambda: f"proc.cmdline contains \"{self.word()} {self.one(OPTIONS)}\"",
		])()

	def of_file(self, field="fd.name"):
		return self.one([
			lambda: f"{field} startswith {self.path()}/",
			lambda: f"{field} startswith {self.path()}",
			lambda: f"{field} = {self.path()}{self.one(SUFFIXES)}",
			lambda: f"{field} in ({self.path()}, {self.path()}, {self.path()})",
			lambda: f"({field} startswith {self.path()}/ or {field} endswith /{self.word()}{self.one(SUFFIXES)})",
			lambda: f"{field} pmatch ({self.path()}, {self.path()})",
			lambda: f"{field} glob \"{self.path()}/*{self.one(SUFFIXES)}\"",
			lambda: f"{field} contains /{self.word()}/",
		])()

	def of_peer(self):
		r = self.random
		return self.one([
			lambda: f"fd.sport = {r.randrange(1024, 65536)}",
			lambda: f"fd.sport in ({r.randrange(1024, 65536)}, {r.randrange(1024, 65536)}) and not fd.snet in (private_networks)",
			lambda: f"fd.sip = \"{r.randrange(1, 224)}.{r.randrange(256)}.{r.randrange(256)}.{r.randrange(1, 255)}\"",
			lambda: f"fd.snet in (\"{r.randrange(1, 224)}.{r.randrange(256)}.{r.randrange(256)}.0/24\")",
		])()

	def of_surroundings(self):
		return self.one([
			lambda: "in_container",
			lambda: "not in_container",
			lambda: f"in_container and container.image.repository startswith registry.example.com/{self.word()}",
			lambda: f"user.name = {self.one(USERS)}",
			lambda: f"user.name != {self.one(USERS)}",
			lambda: "user.uid != 0",
			lambda: "proc.tty != 0",
			lambda: "proc.vpid = 1",
		])()

	def exceptions(self, condition):
		"""Something that is no alert after all, about a field that the condition does not ask for."""
		return self.one([exception for field, exception in [
			("proc.name", f"not proc.name in (login_binaries, {self.program()})"),
			("proc.pname", f"not proc.pname in ({self.programs()})"),
			("proc.name", f"proc.name != {self.program()}"),
			("proc.cmdline", f"not proc.cmdline startswith \"{self.program()} \""),
			("proc.cwd", f"not proc.cwd startswith {self.path()}"),
		] if field + " " not in condition])

	def condition(self):
		kind = self.random.random()
		if kind < 0.25:
			return "File written", ["open_write", self.of_file(), self.of_surroundings()], " file=%fd.name"
		if kind < 0.45:
			return "File read", ["open_read", self.of_file(), self.of_program()], " file=%fd.name"
		if kind < 0.60:
			return "Program started", ["spawned_process", self.of_program(), self.of_surroundings()], ""
		if kind < 0.75:
			return "Command run", ["spawned_process", self.of_command(), self.of_surroundings()], ""
		if kind < 0.90:
			way = self.one(["outbound", "outbound", "inbound"])
			return "Connection", [way, self.of_peer(), self.of_surroundings()], " connection=%fd.name"
		way, argument = self.one([("removes", "evt.arg.name"), ("renames", "evt.arg.newpath"), ("modifies", "evt.arg.filename")])
		return "File changed", [way, self.of_file(argument), self.of_program()], ""

	def rule(self, number):
		subject, parts, more = self.condition()
		parts.append(self.exceptions(" and ".join(parts)))
		return RULE.format(number=number, condition=" and ".join(parts), subject=subject, more=more,
				   priority=self.one(PRIORITIES), tag=self.one(["files", "process", "network", "container"]))


def number_of_rules(text):
	if not text.isdecimal():
		raise argparse.ArgumentTypeError(f"expected a number of rules, 0 or more, found '{text}'")
	return int(text)


def main():
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("number", type=number_of_rules, help="of rules")
	parser.add_argument("--seed", type=int, default=1)
	options = parser.parse_args()
	maker = Maker(options.seed)
	sys.stdout.write(HEAD)
	for number in range(options.number):
		sys.stdout.write(maker.rule(number))


if __name__ == "__main__":
	main()
