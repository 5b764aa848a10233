#!/usr/bin/env python3
"""Starts a program on sockets that outlive it, as systemd does (sd_listen_fds(3), sd_notify(3)).

activate.py NAME=PORT [NAME=PORT…] -- PROGRAM [ARGUMENT…]

Listens on 127.0.0.1 and prints "listening NAME PORT" for each socket. Prints each message of the program as
"notify TEXT", keeps the sockets that it is given (FDSTORE=1), and passes all of them on. SIGHUP ends the program by
SIGTERM, waits for its end and starts it again; when it ends by itself it is started again too. SIGTERM ends both.
"""
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading

split = sys.argv.index('--')
program = sys.argv[split + 1:]
passed = []
for argument in sys.argv[1:split]:
    name, port = argument.split('=')
    listener = socket.create_server(('127.0.0.1', int(port)), backlog=4096)
    passed.append((name, listener))
    print('listening', name, listener.getsockname()[1], flush=True)

folder = tempfile.TemporaryDirectory(prefix='cloudvno-activate-')
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind(folder.name + '/notify')
kept = []  # (name, descriptor)


def listen():
    while True:
        data, descriptors, _, _ = socket.recv_fds(notify, 4096, 8)
        fields = dict(line.split('=', 1) for line in data.decode().splitlines())
        name = fields.get('FDNAME', '')
        if 'FDSTOREREMOVE' in fields:
            kept[:] = [one for one in kept if one[0] != name]
        kept.extend((name, descriptor) for descriptor in descriptors)
        print('notify', ' '.join(f'{key}={value}' for key, value in fields.items()), flush=True)


threading.Thread(target=listen, daemon=True).start()


def start():
    given = [(name, listener.fileno()) for name, listener in passed] + list(kept)

    def become():  # in the child, before the program
        aside = [os.dup2(descriptor, 500 + i, inheritable=False) for i, (_, descriptor) in enumerate(given)]
        for i, descriptor in enumerate(aside):
            os.dup2(descriptor, 3 + i, inheritable=True)
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(given)),
                          LISTEN_FDNAMES=':'.join(name for name, _ in given), NOTIFY_SOCKET=folder.name + '/notify',
                          WATCHDOG_USEC='2000000')
        os.execv(program[0], program)

    return subprocess.Popen(program, preexec_fn=become, close_fds=False)


child = start()
again = threading.Event()
end = threading.Event()


def on_hup(*_):
    again.set()
    child.terminate()


def on_term(*_):
    end.set()
    child.terminate()


signal.signal(signal.SIGHUP, on_hup)
signal.signal(signal.SIGTERM, on_term)
print('pid', child.pid, flush=True)
while not end.is_set():
    code = child.wait()
    print('ended', code, flush=True)
    if end.is_set() or (code != 0 and not again.is_set() and code >= 0):
        break
    again.clear()
    child = start()
    print('pid', child.pid, flush=True)
child.wait()
