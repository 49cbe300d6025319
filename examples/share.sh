#!/bin/bash
# Uploads a file, shares it, downloads it through its link, and prints the events of all that. Needs only curl.
#   share.sh FILE [SECONDS [DOWNLOADS]]   the link ends after SECONDS (86400) or after that many DOWNLOADS (3)
# KINGSHARE_SERVER is the server's URL. KINGSHARE_TOKEN is a personal access token; without it the script signs in as KINGSHARE_USER with
# the password from the first line of standard input. KINGSHARE_REGISTER=1 creates that account first, where the server permits it.
set -euo pipefail

file=${1:?usage: share.sh FILE [SECONDS [DOWNLOADS]]} seconds=${2:-86400} downloads=${3:-3}
api=${KINGSHARE_SERVER:-http://localhost:8080}/api/v1
folder=$(mktemp -d)
stream=
trap '[ -z "$stream" ] || kill "$stream" 2> /dev/null; rm -rf "$folder"' EXIT

# Secrets go to curl in files and through pipes: other users of this machine can read the arguments of a process.
touch "$folder/authorization"
call() {  # CURL OPTIONS: prints the response; an error response is printed to standard error and ends the script
    curl -sS --fail-with-body -o "$folder/response" -H @"$folder/authorization" "$@" || { cat "$folder/response" >&2; echo >&2; exit 1; }
    cat "$folder/response"
}
field() { sed -E "s/.*\"$1\":\"?([^\",}]*).*/\1/"; }  # NAME: one field of a JSON object
quoted() { local text=${1//\\/\\\\}; printf '"%s"' "${text//\"/\\\"}"; }
expect_event() {  # TYPE: waits until the event has come
    for _ in {1..300}; do
        ! grep -q "\"type\":\"$1\"" "$folder/events" || return 0
        sleep 0.1
    done
    echo "no $1 within 30 seconds" >&2
    exit 1
}

# 1. Authentication
token=${KINGSHARE_TOKEN:-}
if [ -z "$token" ]; then
    IFS= read -r password
    credentials="{\"username\": $(quoted "$KINGSHARE_USER"), \"password\": $(quoted "$password")}"
    call=login
    [ -z "${KINGSHARE_REGISTER:-}" ] || call=register
    token=$(call "$api/auth/$call" --data @- <<< "$credentials" | field access_token)
fi
echo "Authorization: Bearer $token" > "$folder/authorization"

# 2. Events: a stream of server-sent events, open before anything happens
touch "$folder/events"
curl -sSN --max-time 600 -H @"$folder/authorization" "$api/events?since=now" > "$folder/events" &
stream=$!
expect_event Resumed

# 3. Upload
uploaded=$(call "$api/files" -F "file=@$(quoted "$file")")
id=$(field id <<< "$uploaded")
echo "Uploaded as $id" >&2

# 4. Share
share=$(call "$api/shares" -d "{\"file_id\": \"$id\", \"expires_in\": $seconds, \"max_downloads\": $downloads}")
field url <<< "$share"

# 5. Download, as anybody can who has the link
curl -sS --fail -o "$folder/copy" "$api/public/shares/$(field share_token <<< "$share")/content"
cmp "$file" "$folder/copy"
echo "The downloaded copy is identical" >&2

expect_event DownloadEnded
sed -n 's/^data: //p' "$folder/events" >&2
