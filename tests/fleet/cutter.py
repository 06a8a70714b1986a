"""Hands connections on to a server and breaks each one after so many bytes of it, or takes so many seconds over each 4 KiB of it:
cutter.py PORTFILE SERVER_PORT BYTES [SECONDS]."""
import os
import socket
import sys
import threading
import time

port_file, server_port, limit = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
pause = float(sys.argv[4]) if len(sys.argv) > 4 else 0


def hand_on(source, sink, left, pause):
    try:
        while left > 0:
            data = source.recv(min(left, 4096))
            if not data:
                break
            time.sleep(pause)
            sink.sendall(data)
            left -= len(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


listener = socket.create_server(("127.0.0.1", 0))
with open(port_file + ".new", "w") as f:
    f.write(str(listener.getsockname()[1]))
os.rename(port_file + ".new", port_file)
while True:
    client, _ = listener.accept()
    try:
        server = socket.create_connection(("127.0.0.1", server_port))
    except OSError:
        client.close()
        continue
    threading.Thread(target=hand_on, args=(client, server, limit, pause), daemon=True).start()
    threading.Thread(target=hand_on, args=(server, client, 1 << 30, 0), daemon=True).start()
