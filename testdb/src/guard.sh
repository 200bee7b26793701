# Holds one server for a process, and outlives that process just long enough to clean up.
#
# $1: the folder in which to make the server's own. $2: the command that ends the server.
#
# Standard input is a pipe whose other end only the owner holds. Each line of it is an order, a
# shell command, answered by `ok` or `failed`. When the owner ends, the pipe closes, whatever it
# ended of; so nothing has to be told, and SIGKILL is no exception.

finish=$2
folder=$(mktemp -d "$1/whatsapp-testdb.XXXXXX" || mktemp -d /tmp/whatsapp-testdb.XXXXXX) || exit 1
trap 'eval "$finish" </dev/null >/dev/null 2>&1; cd / && rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
trap '' PIPE # An answer to an owner that is gone is no reason to leave the server behind.

cd "$folder" || exit 1
echo "$folder"
while read -r order; do
    if eval "$order" </dev/null >>orders.log 2>&1; then echo ok; else echo failed; fi
done
