#!/bin/sh
# Lyapunov exponent of the logistic map x -> r x (1 - x), per step: the mean of
# log |r (1 - 2 x)| along an orbit. Negative: periodic; positive: chaotic.
# (May 1976, Nature 261:459, for the map.)
#
# Usage: sh lyapunov.sh input.json
# Writes one number to output.json.
set -eu

# The number of key $1 in the input, which has one key on each line.
value() {
    found=$(sed -n 's/^ *"'"$1"'": *\([-+0-9.eE]*\) *,\{0,1\} *$/\1/p' "$input")
    if [ -z "$found" ]; then
        echo "no number $1 in $input" >&2
        exit 1
    fi
    echo "$found"
}

input=$1
r=$(value r)
x0=$(value x0)
discard=$(value discard)
measure=$(value measure)

exponent=$(awk -v r="$r" -v x="$x0" -v discard="$discard" -v measure="$measure" '
BEGIN {
    for (i = 0; i < discard; i++) x = r * x * (1 - x)
    for (i = 0; i < measure; i++) {
        slope = r * (1 - 2 * x)
        if (slope < 0) slope = -slope
        if (slope == 0) {
            print "the orbit meets x = 1/2: the exponent is minus infinity" > "/dev/stderr"
            exit 1
        }
        sum += log(slope)
        x = r * x * (1 - x)
    }
    printf "%.4f\n", sum / measure
}')

echo "$exponent"
echo "$exponent" > "${GITSWEEP_OUTPUT:-output.json}"
