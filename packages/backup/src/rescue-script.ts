/**
 * Stands in every repository as `rescue.sh`: brings a backup back with nothing of this project. It needs a POSIX shell, GNU head, sha256sum,
 * zstd, jq and psql, and `age` where the repository is encrypted.
 */
export const rescueScript = String.raw`#!/bin/sh
# Brings a backup of this repository back without 1688sync. Needs zstd, jq and GNU coreutils; age too where repo.json tells of an encryption.
#   sh rescue.sh snapshots/00000001.json SCHEMA FOLDER    writes FOLDER/restore.sql and the rows beside it, then:
#   cd FOLDER && psql -q postgres://... -f restore.sql    makes SCHEMA, which must not exist
#   PICTURES=FOLDER sh rescue.sh ...                      copies the pictures there too
#   AGE_KEY=FILE sh rescue.sh ...                         FILE holds your AGE-SECRET-KEY-... of an encrypted repository
set -eu
[ $# -eq 3 ] || { sed -n '2,6s/^# //p' "$0" >&2; exit 2; }
manifest=$1 schema=$2
mkdir -p "$3"
out=$(cd "$3" && pwd)
[ -z "${"$"}{PICTURES:-}" ] || { mkdir -p "$PICTURES"; PICTURES=$(cd "$PICTURES" && pwd); }
[ -z "${"$"}{AGE_KEY:-}" ] || AGE_KEY=$(cd "$(dirname "$AGE_KEY")" && pwd)/$(basename "$AGE_KEY")
cd "$(dirname "$0")"

# The path of a file of the repository as it was before it was encrypted.
if [ -e keys/repository.age ]; then
  age -d -i "${"$"}{AGE_KEY:?name the file with your age key}" keys/repository.age > "$out/repository.key"
  mkdir -p "$out/plain"
  plain() {
    name=$out/plain/$(basename "$1")
    [ -e "$name" ] || age -d -i "$out/repository.key" -o "$name" "$1"
    echo "$name"
  }
else
  plain() { echo "$1"; }
fi

stated=$(plain "$manifest")
head -n -1 "$stated" > "$out/manifest.json"
[ "$(sha256sum < "$out/manifest.json" | cut -d ' ' -f 1)" = "$(tail -n 1 "$stated" | jq -r .sha256)" ] || { echo "damaged: $manifest" >&2; exit 1; }
for index in index/*.idx.zst; do zstd -dcq "$(plain "$index")"; done |
  jq -r 'select(.pack) | .pack as $pack | .objects[] | "\(.id) \($pack) \(.offset) \(.length) \(.base // "-")"' > "$out/index.txt"

# The zstd frame at these coordinates.
frame() { tail -c "+$(($2 + 1))" "$(plain "packs/$(echo "$1" | cut -c 1-2)/$1.pack")" | head -c "$3"; }

# The raw bytes of the object with this id; a delta is read with its base.
object() {
  grep -m 1 "^$1 .* -$" "$out/index.txt" > "$out/found" || grep -m 1 "^$1 " "$out/index.txt" > "$out/found"
  read -r _ pack offset length base < "$out/found"
  if [ "$base" = - ]; then
    frame "$pack" "$offset" "$length" | zstd -dcq
  else
    read -r _ base_pack base_offset base_length _ <<EOF
$(grep -m 1 "^$base .* -$" "$out/index.txt")
EOF
    frame "$base_pack" "$base_offset" "$base_length" | zstd -dcq > "$out/base"
    frame "$pack" "$offset" "$length" > "$out/delta.zst"
    zstd -dcq --patch-from="$out/base" "$out/delta.zst"
  fi
}

# The lines of a list.
list() { for part in $(object "$1" | jq -r .id); do object "$part"; done; }

number=0
jq -r '.tables[] | select(.chunkList) | "\(.chunkList) \(.sha256) \(.name)"' "$out/manifest.json" | while read -r chunks hash table; do
  number=$((number + 1))
  list "$chunks" > "$out/chunks"
  for chunk in $(jq -r .id "$out/chunks"); do object "$chunk"; done > "$out/$number.copy"
  [ "$(sha256sum < "$out/$number.copy" | cut -d ' ' -f 1)" = "$hash" ] || { echo "damaged: the rows of $table" >&2; exit 1; }
done

jq -r --arg schema "$schema" '
  def name: "\"" + gsub("\""; "\"\"") + "\"";
  def text: "'\''" + gsub("'\''"; "'\'\''") + "'\''";
  "\\set ON_ERROR_STOP on", "set client_encoding = UTF8; set datestyle = ISO; set intervalstyle = postgres; set check_function_bodies = off;",
  "create schema \($schema | name);", "set search_path = \($schema | name), pg_catalog;",
  (.schema.preData[].sql + ";"),
  ([.tables[] | select(.chunkList)] | to_entries[] |
    "\\copy \(.value.name | name) (\([.value.columns[].name | name] | join(", "))) from \(.key + 1).copy"),
  (.schema.postData[].sql + ";"),
  (.sequences[] | "select setval(\(($schema | name) + "." + (.name | name) | text), \(.lastValue), \(.isCalled));")
' "$out/manifest.json" > "$out/restore.sql"

files=$(jq -r 'select(.files.mode == "copy") | .files.list // empty' "$out/manifest.json")
[ -z "${"$"}{PICTURES:-}" ] || [ -z "$files" ] || list "$files" | jq -r '"\(.sha256) \(.key)"' | while read -r hash key; do
  case /$key/ in */../*) echo "left out: $key" >&2; continue ;; esac
  mkdir -p "$(dirname "$PICTURES/$key")"
  cp "$(plain "blobs/$(echo "$hash" | cut -c 1-2)/$(echo "$hash" | cut -c 3-4)/$hash")" "$PICTURES/$key"
  [ "$(sha256sum < "$PICTURES/$key" | cut -d ' ' -f 1)" = "$hash" ] || { echo "damaged: $key" >&2; exit 1; }
done
rm -rf "$out/plain" "$out/repository.key" "$out/base" "$out/delta.zst" "$out/found" "$out/chunks"
echo "Written: $out/restore.sql"
`;
