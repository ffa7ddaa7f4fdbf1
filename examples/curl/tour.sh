#!/bin/sh
# The tour of the README as a script, against a server that `npm start` has started: enrol, read the QR code, verify, replay, an e-mail
# device, the decision and its reasons, the audit trail. Needs curl, node and a built clone.
#
#   COUNTERSIGN_DATA_DIR=./data sh examples/curl/tour.sh [user]
set -eu

USER_NAME=${1:-alice@example.org}
export COUNTERSIGN_DATA_DIR="${COUNTERSIGN_DATA_DIR:-./data}"
BOOTSTRAP=$COUNTERSIGN_DATA_DIR/bootstrap.json
FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT

countersign() { node "$(dirname "$0")/../../dist/cli/main.js" "$@"; }
member() { node -p "JSON.parse(fs.readFileSync(process.argv[1])).$2" "$1"; } # a member of a JSON file
say() { printf '\n== %s\n' "$1"; }

URL=$(member "$BOOTSTRAP" url)
TOKEN=$(member "$BOOTSTRAP" integration.token)
post() { curl -sS "$URL$1" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d "$2"; }

say "Enrol an authenticator app of $USER_NAME"
post /v1/enrollments "{\"user\":\"$USER_NAME\",\"kind\":\"totp\",\"options\":{\"qr\":true}}" >"$FOLDER/enrollment.json"
ID=$(member "$FOLDER/enrollment.json" id)
URI=$(member "$FOLDER/enrollment.json" shown.uri)
echo "$URI"

say 'The QR code is a picture of that URI'
member "$FOLDER/enrollment.json" shown.qr | base64 -d >"$FOLDER/qr.png"
if command -v zbarimg >/dev/null; then zbarimg -q "$FOLDER/qr.png" 2>/dev/null; else ls -l "$FOLDER/qr.png"; fi

say 'Confirm with the code that the app shows'
post "/v1/enrollments/$ID/complete" "{\"code\":\"$(countersign totp "$URI")\"}"
echo

say 'Verify with the next code; the one of the enrollment is spent'
if command -v oathtool >/dev/null; then
  CODE=$(oathtool --totp --base32 --now '+30 seconds' "$(member "$FOLDER/enrollment.json" shown.secret)")
else
  sleep $((31 - $(date +%s) % 30))
  CODE=$(countersign totp "$URI")
fi
post /v1/verify "{\"user\":\"$USER_NAME\",\"code\":\"$CODE\"}"
echo

say 'The same code again'
post /v1/verify "{\"user\":\"$USER_NAME\",\"code\":\"$CODE\"}"
echo

say 'A second device: codes by mail. The mail is kept in the inbox of the development server'
post /v1/enrollments "{\"user\":\"$USER_NAME\",\"kind\":\"email\",\"options\":{\"address\":\"alice@example.org\"}}" >"$FOLDER/mail.json"
countersign inbox --last
MAILED=$(countersign inbox --last | grep -E '^[0-9]{6}$')
post "/v1/enrollments/$(member "$FOLDER/mail.json" id)/complete" "{\"code\":\"$MAILED\"}"
echo

say 'What would be done with somebody, and why'
countersign policy explain --user "$USER_NAME"

say 'The audit trail, judged by the public key alone'
countersign audit key >"$FOLDER/key.pem"
countersign audit export "$FOLDER/log.jsonl"
countersign audit verify "$FOLDER/log.jsonl" --public-key "$FOLDER/key.pem"
