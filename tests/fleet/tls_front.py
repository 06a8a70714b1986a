"""TLS in front of a server: tls_front.py PORTFILE CERTIFICATE KEY SERVER_PORT."""
import os
import socket
import ssl
import sys
import threading

port_file, certificate, key, server_port = sys.argv[1:5]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)


def hand_on(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(client):
    try:
        client = context.wrap_socket(client, server_side=True)
        server = socket.create_connection(("127.0.0.1", int(server_port)))
    except OSError:
        return
    threading.Thread(target=hand_on, args=(client, server), daemon=True).start()
    hand_on(server, client)


listener = socket.create_server(("127.0.0.1", 0))
with open(port_file + ".new", "w") as f:
    f.write(str(listener.getsockname()[1]))
os.rename(port_file + ".new", port_file)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
