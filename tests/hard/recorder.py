# SPDX-License-Identifier: Apache-2.0
"""A stand-in for the Docker Engine that is quick, and notes every call that
reaches it; what it answers to a container depends on the container's name."""
import selectors
import socket
import threading

HEAD = (b"HTTP/1.1 %d X\r\nApi-Version: 1.45\r\nContent-Type: %s\r\n"
        b"Content-Length: %d\r\n\r\n")
CHUNKED = (b"HTTP/1.1 200 OK\r\nApi-Version: 1.45\r\n"
           b"Content-Type: application/json\r\n"
           b"Transfer-Encoding: chunked\r\n\r\n")
CREATED = b'{"Id":"' + 64 * b"a" + b'","Warnings":null}'
MARK = b"MARK"
HANG_UP = b"h"


def answer(status, body, kind=b"application/json"):
    return HEAD % (status, kind, len(body)) + body


def chunk(body):
    return b"%x\r\n%s\r\n" % (len(body), body)


PING = answer(200, b"OK", b"text/plain")
EMPTY = answer(200, b"{}")
# Answers without an end: what comes first, and what comes again and again.
ENDLESS = {
    b"endless-head": (b"HTTP/1.1 200 OK\r\n", b"X-Again: and again\r\n" * 1000),
    b"endless-body": (CHUNKED, chunk(b"and again, " * 10000)),
    b"endless-json": (CHUNKED, chunk(b'{"Id":"') + chunk(b"a" * 100000)),
}


class Peer:
    def __init__(self, sock):
        self.sock = sock
        self.read = b""
        self.endless = None  # what is to be sent again and again


class Recorder:
    """Serves in a thread of its own.  arrive(target) may say what to note of a
    call; calls that were cut short on their way are noted, too."""

    def __init__(self, path, arrive=lambda target: target):
        self.arrive = arrive
        self.arrived = []
        self.marked = threading.Semaphore(0)
        self.path = str(path)
        self.selector = selectors.DefaultSelector()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(4096)
        self.listener.setblocking(False)
        self.wake, self.woken = socket.socketpair()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.selector.register(self.woken, selectors.EVENT_READ)
        self.peers = {}
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is self.woken:
                    if self.woken.recv(1) != HANG_UP:
                        return
                    self.end_idle()
                    continue
                if key.fileobj is self.listener:
                    self.accept()
                elif key.fileobj in self.peers:
                    self.step(self.peers[key.fileobj])

    def accept(self):
        try:
            sock, _ = self.listener.accept()
        except BlockingIOError:
            return
        sock.setblocking(False)
        self.peers[sock] = Peer(sock)
        self.selector.register(sock, selectors.EVENT_READ)

    def step(self, peer):
        try:
            if peer.endless is not None:
                peer.sock.send(peer.endless)
                return
            more = peer.sock.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            more = b""
        peer.read += more
        if more and peer.read != MARK:
            self.take(peer)
            return
        self.drop(peer)
        if peer.read == MARK:
            self.marked.release()
        elif peer.read:
            self.arrived.append(self.arrive(self.target(peer.read)))

    def hang_up(self):
        """As an engine does with connections that are kept and not used."""
        self.wake.send(HANG_UP)

    def end_idle(self):
        for peer in list(self.peers.values()):
            if not peer.read and peer.endless is None:
                self.step(peer)  # what has come meanwhile
            if peer.sock.fileno() >= 0 and not peer.read and peer.endless is None:
                self.drop(peer)

    def drop(self, peer):
        self.selector.unregister(peer.sock)
        del self.peers[peer.sock]
        peer.sock.close()

    @staticmethod
    def target(head):
        words = head.split(b" ", 2)
        return words[1] if len(words) == 3 else head

    def take(self, peer):
        """Answer all calls that are here as a whole."""
        while True:
            head, end, rest = peer.read.partition(b"\r\n\r\n")
            length = head.partition(b"\r\nContent-Length: ")[2]
            length = int(length.partition(b"\r\n")[0] or 0)
            if not end or len(rest) < length:
                return
            peer.read = rest[length:]
            target = self.target(head)
            self.arrived.append(self.arrive(target))
            self.reply(peer, head, target)

    def reply(self, peer, head, target):
        name = target.partition(b"/containers/")[2].partition(b"/")[0]
        if b"name=" in target:
            name = target.partition(b"name=")[2]
        if name == b"silent":
            return
        try:
            if name in ENDLESS:
                first, peer.endless = ENDLESS[name]
                peer.sock.send(first)
                self.selector.modify(peer.sock, selectors.EVENT_WRITE)
            elif target.endswith(b"/_ping"):
                peer.sock.send(PING)
            elif head.startswith(b"POST") and b"/create" in target:
                peer.sock.send(answer(201, CREATED))
            else:
                peer.sock.send(EMPTY)
        except OSError:
            pass  # the end is told by the next read

    def settle(self):
        """Once nobody is connected who could still send, all that has arrived:
        the queue of a unix socket is in order."""
        with socket.socket(socket.AF_UNIX) as marker:
            marker.connect(self.path)
            marker.sendall(MARK)
            assert self.marked.acquire(timeout=20)
        while self.peers:
            self.hang_up()
            threading.Event().wait(0.001)
        return self.arrived

    def close(self):
        self.wake.send(b"x")
        self.thread.join()
        for peer in list(self.peers.values()):
            self.drop(peer)
        for sock in (self.listener, self.wake, self.woken):
            sock.close()
        self.selector.close()
