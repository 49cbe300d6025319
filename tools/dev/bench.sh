# ./dev bench

dev_bench() {
    local what=${1:-}
    case $what in
        transfers) build release kingshare transfer_driver && need nginx caddy wrk ;;
        realtime) build release kingshare realtime_driver realtime_bare && need nginx libnginx-mod-nchan nats-server ;;
        slow | attack) build release kingshare && exec "bench/transfers/$what" "${@:2}" ;;
        *) usage >&2 && exit 2 ;;
    esac
    shift
    need_node
    npm --prefix "bench/$what/peers" ci --silent --no-audit --no-fund --ignore-scripts --omit=optional
    exec "bench/$what/run" "$@"
}
