# 12 time: each stamp is of this checkpoint, as asked, and leads to certificates that the newest trust root pins.
stamp_openssl() { OPENSSL_CONF=/dev/null openssl ts "$@" 2>/dev/null; }
# The time in a response in seconds since 1970, and with its accuracy, rounded up to the second, as RFC 3339.  Of a
# response only the token is read: what stands beside it is not signed.
moment() {
	stamp_openssl -reply -in "$1" -token_out -out "$t/token" >/dev/null || return 1
	stamp_openssl -reply -in "$t/token" -token_in -token_out -text | awk '
		function days(y, m, d,  era) {
			if (m <= 2) y--
			era = int(y / 400)
			y -= era * 400
			return era * 146097 + y * 365 + int(y / 4) - int(y / 100) + int((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + d - 719469
		}
		function rfc3339(seconds,  day, rest, era, year, month) {
			day = int(seconds / 86400) + 719468
			rest = seconds % 86400
			era = int(day / 146097)
			day -= era * 146097
			year = int((day - int(day / 1460) + int(day / 36524) - int(day / 146096)) / 365)
			day -= year * 365 + int(year / 4) - int(year / 100)
			month = int((5 * day + 2) / 153)
			day -= int((153 * month + 2) / 5) - 1
			month += month < 10 ? 3 : -9
			return sprintf("%04d-%02d-%02dT%02d:%02d:%02dZ", year + era * 400 + (month <= 2), month, day, \
				int(rest / 3600), int(rest / 60) % 60, rest % 60)
		}
		function number(s,  i, n) { # 0x1F, or a word where nothing is said
			if (s !~ /^0x[0-9A-F]+$/) { bad = bad || s != "unspecified"; return 0 }
			for (i = 3; i <= length(s); i++) n = n * 16 + index("0123456789ABCDEF", substr(s, i, 1)) - 1
			return n
		}
		$1 == "Time" && $2 == "stamp:" && !at {
			split($5, clock, ":")
			part = index($5, ".") ? 1 : 0
			month = index("JanFebMarAprMayJunJulAugSepOctNovDec", $3)
			bad = NF != 7 || $7 != "GMT" || !month || $6 !~ /^[0-9][0-9][0-9][0-9]$/ || $6 < 1970
			at = days($6 + 0, (month + 2) / 3, $4) * 86400 + clock[1] * 3600 + clock[2] * 60 + int(clock[3])
		}
		$1 == "Accuracy:" && !said++ && NF > 2 {
			micros = number($4) * 1000 + number($6)
			more = number($2) + int(micros / 1000000)
			micros %= 1000000
		}
		END {
			if (bad || !at || more > 1000000) exit 1
			latest = at + more + (micros || part ? 1 : 0) + (micros && part ? 1 : 0)
			printf "%.0f %s\n", at, rfc3339(latest)
		}'
}
# Response, request or nothing, what is stamped, certificates, the time in the response.
stamp_holds() {
	stamp_openssl -verify -data "$3" -in "$1" -CAfile "$4" -attime "$5" >/dev/null &&
		{ [ -z "$2" ] || stamp_openssl -verify -queryfile "$2" -in "$1" -CAfile "$4" -attime "$5" >/dev/null; }
}
stamps_can_be_checked() {
	openssl base64 -d >"$t/known.tsr" <<'END'
MIIC+jADAgEAMIIC8QYJKoZIhvcNAQcCoIIC4jCCAt4CAQMxDzANBglghkgBZQMEAgEFADBmBgsqhkiG9w0BCRABBKBXBFUwUwIBAQYEKgMEBTAxMA0G
CWCGSAFlAwQCAQUABCCodHch8cPZe3lviq8KoTKibxj7UxYTlDqsZNiCNBf6ygIBARgPMjAyNjExMjIxMDMwMDBaAgEBoIIBSDCCAUQwgeqgAwIBAgIC
BBEwCgYIKoZIzj0EAwIwFTETMBEGA1UEAwwKS25vd24gcm9vdDAeFw0yMDAxMDEwMDAwMDBaFw00MDAxMDEwMDAwMDBaMBcxFTATBgNVBAMMDEtub3du
IHN0YW1wczBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJr0MxaNQRXcCPAV6zMytr1X+a6if9JJQ4Uv7C3FkIE+JJU0bJvKTZRvhT4X5BOajwWG74ks
8raSQOw+HSitILCjKDAmMAwGA1UdEwEB/wQCMAAwFgYDVR0lAQH/BAwwCgYIKwYBBQUHAwgwCgYIKoZIzj0EAwIDSQAwRgIhANQxXptYKWIgXP9Jy8m2
bfFJJmTtHAsP/b/TSNnFcc/4AiEA+93crkBkXl8j/k7SV03MYRydDkxwLCpPxvI0ca5fnDsxggESMIIBDgIBATAbMBUxEzARBgNVBAMMCktub3duIHJv
b3QCAgQRMA0GCWCGSAFlAwQCAQUAoIGGMBoGCSqGSIb3DQEJAzENBgsqhkiG9w0BCRABBDAvBgkqhkiG9w0BCQQxIgQgw0bcsJbzDhYCqrvjEyavfyPp
/3vgahNiI/PDr8yOQiUwNwYLKoZIhvcNAQkQAi8xKDAmMCQwIgQgu7NZluTP/s0tnDLPI4eZSm1pY2g9PTPeuBkP4S/dOpkwCgYIKoZIzj0EAwIESDBG
AiEA+XIT2Mk9p7y5ZXxHEnIa0KDpEixbW4SvnY0D27Zy4v4CIQCC4J1IYOsT6g0doKydU+ZCNz3dAX9rSfE8xT3XqJHSAw==
END
	cat >"$t/known.pem" <<'END'
-----BEGIN CERTIFICATE-----
MIIBLDCB06ADAgECAgIEEDAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDApLbm93biBy
b290MB4XDTIwMDEwMTAwMDAwMFoXDTQwMDEwMTAwMDAwMFowFTETMBEGA1UEAwwK
S25vd24gcm9vdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCdRPKxc4uCsCdNC
bKgEUHRU0pqDtWC+Z44IAG/h3oongCcGfzvtZ7m+dZaTPDmJYNeEtz3T3p/RwIDO
Uhl2rSGjEzARMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgOSSj
2dgk/kzIyxPIfivOGg0tpy56E7URWzWfqb4R+5QCIQCtdshLAoCR1K+rQF3FBpyQ
JV+RuKQG4j6D7GAxP3IcbA==
-----END CERTIFICATE-----
END
	[ "$(moment "$t/known.tsr")" = '1795343400 2026-11-22T10:30:00Z' ] &&
		stamp_holds "$t/known.tsr" '' "$t/known" "$t/known.pem" 1795343400
}
# A request in the one form of this archive (docs/format.md, section 12.7).
asks_for() { # file, hash
	[ "$(size "$1")" -le 128 ] || return 1
	asked=$(hex <"$1")
	body=0201013031300d0609608648016503040201050004 # up to the length of the hash
	nonce=${asked#30??"$body"20"$2"02??}
	nonce=${nonce%0101ff}
	case $nonce in '' | 00 | 00[0-7]* | [89a-f]* | ???????????????????*) return 1 ;; 00*) ;; ??????????????????) return 1 ;; esac
	bytes_of=$((${#nonce} / 2))
	[ "$asked" = "30$(printf %02x $((${#asked} / 2 - 2)))${body}20${2}02$(printf %02x $bytes_of)${nonce}0101ff" ]
}
# A response that was granted, one DER value without anything after it.
granted() {
	[ "$(size "$1")" -ge 16 ] && [ "$(size "$1")" -le 65536 ] || return 1
	start=$(head -c 16 "$1" | hex)
	case $start in
	3082*) total=$((0x$(printf '%s' "$start" | cut -c 5-8) + 4)) rest=${start#????????} ;;
	3081*) total=$((0x$(printf '%s' "$start" | cut -c 5-6) + 3)) rest=${start#??????} ;;
	*) return 1 ;;
	esac
	[ "$(size "$1")" -eq "$total" ] || return 1
	case $rest in 30[0-7]?020100* | 3081??020100* | 3082????020100*) ;; *) return 1 ;; esac
}
check_stamp() { # number
	request=data/timestamps/$entries.$1.tsq response=data/timestamps/$entries.$1.tsr
	if ! asks_for "$request" "$(digest "$t/note")"; then
		fail 12 "$request" "not a request for a stamp of this checkpoint"
	elif ! granted "$response" || ! when=$(moment "$response"); then
		fail 12 "$response" "not a time stamp response that grants a stamp"
	else
		while IFS= read -r who; do
			if grep -q -x -F "$who" "$t/taken"; then continue; fi
			stamp_holds "$response" "$request" "$t/note" "data/trust/authorities/$who.pem" "${when% *}" || continue
			echo "$who" >>"$t/taken"
			pass 12
			proven="$proven${when#* } ($who)
"
			return
		done <"$t/pinned"
		fail 12 "$response" "not of this checkpoint by an authority of the pinned certificates"
	fi
}
note() { # as miss, for what the verdict on the rest does not need
	noted="$1${noted:+ $noted}"
	show "NOT CHECKED $1 $(named "$1"): $2" >>"$t/said"
	show "  $3" >>"$t/said"
}
astray() {
	fail "$1" "$2" "$3"
	doubt=yes
}
column "$newest" 'authorities[.][0-9]+[.]name' >"$t/names"
: >"$t/numbers"
: >"$t/pinned"
: >"$t/taken"
doubt=''
while IFS= read -r name; do
	number=${name#"data/timestamps/$entries."}
	number=${number%.ts[qr]}
	who=${name#data/trust/authorities/}
	who=${who%.pem}
	case $name in
	data/trust/authorities/*.pem)
		if ! grep -q -x -F "$who" "$t/names" || [ "${who#*[!a-z0-9-]}" != "$who" ]; then
			astray 1 "$name" "not certificates of an authority that the trust root names"
		elif ! vouched "$name"; then
			astray 2 "$name" "not the certificates that the trust root pins"
		else
			echo "$who" >>"$t/pinned"
		fi ;;
	"data/timestamps/$entries.$number.tsr" | "data/timestamps/$entries.$number.tsq")
		if ! decimal "$number" || [ "$number" = 0 ] || [ ${#number} -gt 9 ]; then
			astray 1 "$name" "not a file of a snapshot"
		elif [ ! -f "data/timestamps/$entries.$number.tsr" ] || [ ! -f "data/timestamps/$entries.$number.tsq" ]; then
			astray 1 "$name" "its request or its response is missing from the snapshot"
		else
			echo "$number" >>"$t/numbers"
		fi ;;
	data/timestamps/*.ts[qr]) astray 1 "$name" "a time stamp of another checkpoint" ;;
	*) astray 1 "$name" "not a file of a snapshot" ;;
	esac
done <"$t/stamps"
if [ -s "$t/numbers" ] && [ ! -s "$t/pinned" ]; then
	astray 1 data/trust/authorities "missing from the snapshot: the certificates"
fi
if [ -z "$stamped$doubt" ] || [ -n "$doubt" ] || [ -z "$sound" ] || holds "$failed" 10; then
	:
elif [ "$ssl" != yes ]; then
	note 12 data/timestamps "openssl is $ssl; nothing is proven by the time stamps"
elif ! stamps_can_be_checked; then
	note 12 data/timestamps "this openssl does not verify time stamps; nothing is proven by them"
else
	sort -n -u "$t/numbers" >"$t/stamps"
	while IFS= read -r number; do check_stamp "$number"; done <"$t/stamps"
	if ! holds "$failed" 12; then
		grep -v -x -F -f "$t/taken" "$t/pinned" >"$t/stamps"
		while IFS= read -r who; do
			fail 12 "data/trust/authorities/$who.pem" "certificates that no time stamp here leads to"
		done <"$t/stamps"
	fi
fi
