# ./dev cluster

dev_cluster() {  # [NODES] [--port PORT] [--s3]
    build release kingshare
    need_cluster "$@"
    KINGSHARE_BINARY=$PWD/build/release/kingshare PYTHONPATH=tests exec /usr/bin/python3 -P -m support.cluster "$@"
}

need_cluster() {  # [OPTIONS]
    need_postgresql
    need nats-server haproxy python3-pytest python3-yaml python3-jsonschema
    [[ " $* " != *" --s3 "* ]] || need "${s3_packages[@]}"
}
