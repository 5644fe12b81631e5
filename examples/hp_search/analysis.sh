# A kernel smoother whose hyperparameters are tuned: reads input.json, writes its validation error to output.json.
# POSIX shell and awk. Usage: sh analysis.sh smoother.json
set -eu

value() { sed -n "s/.*\"$1\"[[:space:]]*:[[:space:]]*\"\{0,1\}\([^\",}]*\)\"\{0,1\}.*/\1/p" "$2"; }

awk -F, -v bandwidth="$(value bandwidth "$1")" -v kernel="$(value kernel "$1")" '
function weight(distance, z) {
    z = distance / bandwidth
    if (kernel == "box") return (z < 1 && z > -1) ? 1 : 0
    if (kernel == "triangle") { z = z < 0 ? 1 + z : 1 - z; return z > 0 ? z : 0 }
    return exp(-z * z / 2)
}
NR > 1 { x[n] = $1; y[n] = $2; n++ }
END {
    for (i = 0; i < n; i += 3) {
        sum = 0; all = 0
        for (j = 0; j < n; j++) if (j % 3) { w = weight(x[i] - x[j]); sum += w * y[j]; all += w }
        predicted = all > 0 ? sum / all : 0
        error += (predicted - y[i]) ^ 2; count++
    }
    printf "%.6f\n", error / count
}' "$(value data_file "$1")" > output.json
