"""Every exercise: the blank is not begun, the project's own answer passes, typical wrong answers fail
with a message that names the fault.

    grade_answers.py --seed build/release/seed [--wrong 0,1,2] [--only NAME]
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import answers

def check(seed, course, folder, only):
    report = folder / "report.json"
    command = [seed, "exercises", "check", course, "--seconds", "5", "--json", report]
    process = subprocess.run(list(map(str, command + (["--only", only] if only else []))),
                             capture_output=True, text=True)
    if not report.exists():
        sys.exit(process.stdout + process.stderr)
    return {row["name"]: row for row in json.loads(report.read_text())["exercises"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=pathlib.Path, required=True)
    parser.add_argument("--wrong", default="0,1,2", help="which of the three wrong answers")
    parser.add_argument("--only", default=None)
    a = parser.parse_args()
    problems = []
    chosen = [(n, f) for n, f in answers.exercises() if a.only in (None, n)]
    with tempfile.TemporaryDirectory(prefix="seed_course_") as name:
        folder = pathlib.Path(name)
        course = folder / "course"
        subprocess.run([str(a.seed), "exercises", "new", str(course)], check=True,
                       stdout=subprocess.DEVNULL)
        for n, row in check(a.seed, course, folder, a.only).items():
            if row["verdict"] != "blank":
                problems.append(f"{n}: the blank is {row['verdict']}")
        for n, file in chosen:
            answers.write_answer(course, file, n, answers.solution(n, file))
        for n, row in check(a.seed, course, folder, a.only).items():
            if row["verdict"] != "passed":
                problems.append(f"{n}: the project's own answer failed: {row['message']}")
        for k in [int(k) for k in a.wrong.split(",") if k]:
            for n, file in chosen:
                answers.write_answer(course, file, n, answers.wrong_answers(n)[k][2])
            for n, row in check(a.seed, course, folder, a.only).items():
                title, part, _ = answers.wrong_answers(n)[k]
                if row["verdict"] != "failed" or part not in row["message"]:
                    problems.append(f"{n}, {title}: expected a message with '{part}', got "
                                    f"{row['verdict']}: {row['message'][:500]}")
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    print(f"{len(chosen)} exercises, {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
