# ./dev faults

dev_faults() {  # [FAULT…] [--s3]
    build release kingshare
    need_cluster "$@"
    KINGSHARE_BINARY=$PWD/build/release/kingshare PYTHONPATH=tests exec /usr/bin/python3 -P -m faults.run "$@"
}
