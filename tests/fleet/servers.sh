# Two ClickHouse nodes, a shard each, and the ZooKeeper that their distributed DDL needs, on loopback ports of their own with
# data below build/fleet. Sourced: servers_start, servers_stop, node_stop N, node_start N, sql N STATEMENT.
# shellcheck shell=sh

fleet_base=${FLEET_PORTS:-$((20000 + $$ % 10000))}
fleet_data=$PWD/build/fleet
export CLICKHOUSE_WATCHDOG_ENABLE=0

http_port() { echo $((fleet_base + 10 * $1)); }
tcp_port() { echo $((fleet_base + 10 * $1 + 1)); }

sql() { # sql NODE STATEMENT
	curl -sS --max-time 60 "http://127.0.0.1:$(http_port "$1")/" --data-binary "$2"
}

https_port() { echo $((fleet_base + 10 * $1 + 3)); }

tls_config() { # tls_config N
	[ ! -f "$fleet_data/certificates/good.pem" ] || cat <<XML
  <https_port>$(https_port "$1")</https_port>
  <openSSL><server>
    <certificateFile>$fleet_data/certificates/good.pem</certificateFile><privateKeyFile>$fleet_data/certificates/good.key</privateKeyFile>
    <verificationMode>none</verificationMode><loadDefaultCAFile>false</loadDefaultCAFile><disableProtocols>sslv2,sslv3</disableProtocols>
  </server></openSSL>
XML
}

node_config() { # node_config N
	mkdir -p "$fleet_data/$1"
	cat >"$fleet_data/$1/config.xml" <<XML
<yandex>
  <logger><level>warning</level><log>$fleet_data/$1/log</log><errorlog>$fleet_data/$1/errors</errorlog></logger>
  <http_port>$(http_port "$1")</http_port><tcp_port>$(tcp_port "$1")</tcp_port>
  <interserver_http_port>$((fleet_base + 10 * $1 + 2))</interserver_http_port><interserver_http_host>127.0.0.1</interserver_http_host>
  <listen_host>127.0.0.1</listen_host><path>$fleet_data/$1/data/</path><tmp_path>$fleet_data/$1/tmp/</tmp_path>
  <users_config>users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
  <mark_cache_size>67108864</mark_cache_size>
  <remote_servers><fleet>
    <shard><replica><host>127.0.0.1</host><port>$(tcp_port 1)</port></replica></shard>
    <shard><replica><host>127.0.0.1</host><port>$(tcp_port 2)</port></replica></shard>
  </fleet></remote_servers>
  <zookeeper><node><host>127.0.0.1</host><port>$((fleet_base + 1))</port></node></zookeeper>
  <distributed_ddl><path>/clickhouse/task_queue/ddl</path></distributed_ddl>
$(tls_config "$1")
</yandex>
XML
	cat >"$fleet_data/$1/users.xml" <<'XML'
<yandex>
  <profiles><default><max_memory_usage>4000000000</max_memory_usage></default></profiles>
  <users>
    <default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default>
    <audit><password>secret of the fleet</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></audit>
  </users>
  <quotas><default></default></quotas>
</yandex>
XML
}

wait_for() { # wait_for SECONDS COMMAND..
	left=$(($1 * 10))
	shift
	until "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 0.1
	done
}

node_start() { # node_start N
	clickhouse-server --config-file="$fleet_data/$1/config.xml" >"$fleet_data/$1/out" 2>&1 &
	echo $! >"$fleet_data/$1/pid"
	wait_for 30 sql "$1" 'SELECT 1' || { echo "node $1 does not start:"; tail -5 "$fleet_data/$1/out" "$fleet_data/$1/errors"; return 1; }
}

node_stop() { # node_stop N [SIGNAL]
	[ -f "$fleet_data/$1/pid" ] || return 0
	pid=$(cat "$fleet_data/$1/pid")
	kill "-${2:-TERM}" "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	rm -f "$fleet_data/$1/pid"
}

zookeeper_start() {
	mkdir -p "$fleet_data/zookeeper"
	printf 'tickTime=500\ndataDir=%s\nclientPort=%s\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n' \
		"$fleet_data/zookeeper/data" "$((fleet_base + 1))" >"$fleet_data/zookeeper/zoo.cfg"
	java -Xmx128m -cp "$(printf '%s:' /usr/share/java/*.jar)/etc/zookeeper/conf_example" \
		org.apache.zookeeper.server.quorum.QuorumPeerMain "$fleet_data/zookeeper/zoo.cfg" >"$fleet_data/zookeeper/out" 2>&1 &
	echo $! >"$fleet_data/zookeeper/pid"
	wait_for 40 python3 -c "
import socket; socket.create_connection(('127.0.0.1', $((fleet_base + 1))), 1)"
}

servers_stop() {
	node_stop 1 KILL
	node_stop 2 KILL
	[ ! -f "$fleet_data/zookeeper/pid" ] || kill -KILL "$(cat "$fleet_data/zookeeper/pid")" 2>/dev/null
	rm -f "$fleet_data/zookeeper/pid"
}

servers_start() {
	rm -rf "$fleet_data"
	mkdir -p "$fleet_data/certificates"
	tests/fleet/certificates.sh "$fleet_data/certificates" || echo "no certificates: openssl and faketime are needed"
	node_config 1
	node_config 2
	zookeeper_start || { echo "ZooKeeper does not start:"; tail -5 "$fleet_data/zookeeper/out"; return 1; }
	node_start 1 && node_start 2
}
