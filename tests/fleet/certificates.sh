#!/bin/sh
# Certificates for tests, made in FOLDER: certificates.sh FOLDER. ca signs good (127.0.0.1), elsewhere (another name) and expired; other is a second authority.
set -eu
cd "$1"
authority() { # authority NAME
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" -out "$1.pem" -days 30 -subj "/CN=test authority $1" 2>/dev/null
}
certificate() { # certificate NAME SUBJECT_ALT_NAME [COMMAND IN FRONT..]
	name=$1
	printf 'subjectAltName=%s\n' "$2" >"$name.ext"
	shift 2
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$name.key" -out "$name.csr" -subj "/CN=test server" 2>/dev/null
	"$@" openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -extfile "$name.ext" -out "$name.pem" 2>/dev/null
}
authority ca
authority other
certificate good IP:127.0.0.1 env
certificate elsewhere DNS:elsewhere.example env
certificate expired IP:127.0.0.1 faketime -f -90d
