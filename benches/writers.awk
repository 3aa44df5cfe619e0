# Draws the rows of benches/writers.sh (kind, name, bytes, CPU seconds, ...) as a plot of size
# against time.

function x(seconds) { return left + (log(seconds) - log(first)) / (log(last) - log(first)) * width }
function y(percent) { return top + (most - percent) / (most - least) * height }
function text(px, py, anchor, what) {
    printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", px, py, anchor, what
}
# Returns the nearest height at or above `py` at which a label at `px` overlaps no earlier one.
function clear(px, py,    i) {
    for (i = 1; i <= labels; i++)
        if (px - label_x[i] < 90 && label_x[i] - px < 90 && py - label_y[i] < 13 && label_y[i] - py < 13) {
            py = label_y[i] - 13
            i = 0
        }
    labels++
    label_x[labels] = px; label_y[labels] = py
    return py
}

BEGIN {
    left = 70; top = 50; width = 700; height = 380
    colour["ours"] = "#1f6f8b"; colour["maxcso"] = "#b5442e"; colour["peer"] = "#777777"
}

{
    kind[NR] = $1; name[NR] = $2; cpu[NR] = $4 > 0.01 ? $4 : 0.01
    if (NR == 1) base = $3
    size[NR] = $3 * 100 / base
    if (NR == 1 || cpu[NR] < first) first = cpu[NR]
    if (NR == 1 || cpu[NR] > last) last = cpu[NR]
    if (NR == 1 || size[NR] < least) least = size[NR]
    if (NR == 1 || size[NR] > most) most = size[NR]
}

END {
    first /= 1.3; last *= 2
    least = int(least) - (least == int(least)); most = int(most) + 1
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">\n", left + width + 40, top + height + 60
    print "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
    text(left, 24, "start", "Size of the file, in percent of maxcso's default, against CPU seconds of one thread")
    for (p = least; p <= most; p++) {
        printf "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>\n", left, y(p), left + width, y(p)
        text(left - 8, y(p) + 4, "end", p " %")
    }
    for (s = 0.01; s <= last; s *= 10) {
        if (s < first) continue
        printf "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#dddddd\"/>\n", x(s), top, x(s), top + height
        text(x(s), top + height + 20, "middle", s " s")
    }
    printf "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"", colour["ours"]
    for (i = 1; i <= NR; i++) if (kind[i] == "ours") printf "%.1f,%.1f ", x(cpu[i]), y(size[i])
    print "\"/>"
    for (i = 1; i <= NR; i++) {
        printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>\n", x(cpu[i]), y(size[i]), colour[kind[i]]
        label = name[i]
        sub(/^cso, level /, "", label); sub(/, by one block.*/, "", label)
        # Labels of this library are below their points and others above, because some points are
        # close to each other.
        if (kind[i] == "ours") text(x(cpu[i]) - 2, y(size[i]) + 18, "middle", label)
        else text(x(cpu[i]) + 6, clear(x(cpu[i]), y(size[i])) - 6, "start", label)
    }
    print "</svg>"
}
