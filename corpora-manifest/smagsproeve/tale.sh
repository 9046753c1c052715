#!/bin/sh
# Makes the recordings of tale.tsv again: the sentences, spoken by a program.
#
#   sh tale.sh
#
# Reads file, text and speaker from tale.tsv, writes tale/*.wav (16 kHz, mono, 16 bit) and puts
# start and end (samples) into the rows of a file that holds several utterances.
# Needs espeak-ng and sox. The recordings in the repository came from espeak-ng 1.51 and
# sox 14.4.2 as Debian 12 packages them; other versions sound alike but differ in their bytes.
set -eu
cd "$(dirname "$0")"
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
tab=$(printf '\t')
mkdir -p tale

# A pause of 0.5 s between two utterances of one file, 0.1 s of silence at both ends.
between=8000
edge=1600
sox -D -R -r 16000 -n -b 16 -c 1 "$temporary/between.wav" trim 0 ${between}s

head -n 1 tale.tsv > "$temporary/tale.tsv"
tail -n +2 tale.tsv | cut -f 2 | uniq -d > "$temporary/several"
last=
at=0
tail -n +2 tale.tsv | tr '\t' '|' > "$temporary/rows"
while IFS='|' read -r id file text speaker split start end; do
    espeak-ng -v "${speaker#espeak-ng-}" -s 150 -w "$temporary/raw.wav" "$text"
    # Silence off both ends, the peak at -3 dB.
    sox -D -R "$temporary/raw.wav" -r 16000 -b 16 -c 1 "$temporary/part.wav" \
        silence 1 1s 0.5% reverse silence 1 1s 0.5% reverse pad ${edge}s ${edge}s gain -n -3
    frames=$(soxi -s "$temporary/part.wav")
    if [ "$file" = "$last" ]; then
        sox -D -R "$file" "$temporary/between.wav" "$temporary/part.wav" "$temporary/joined.wav"
        cp "$temporary/joined.wav" "$file"
        at=$((at + between))
    else
        cp "$temporary/part.wav" "$file"
        at=0
    fi
    start=
    end=
    if grep -qxF "$file" "$temporary/several"; then
        start=$at
        end=$((at + frames))
    fi
    at=$((at + frames))
    last=$file
    printf '%s\n' "$id$tab$file$tab$text$tab$speaker$tab$split$tab$start$tab$end" >> "$temporary/tale.tsv"
done < "$temporary/rows"
cp "$temporary/tale.tsv" tale.tsv
