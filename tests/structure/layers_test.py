"""A module includes only what stands to its left in the order of the chapters, and the sources of
the program never depend on kernels. What the program does to a terminal is in app alone."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ORDER = ["core", "first_steps", "tokenizer", "transformer", "mask_corruption", "edit_corruption",
         "trajectory_selection", "step_reduction", "block_decoding", "runs", "evaluation",
         "exercises", "app"]
LUA_TASKS = {"core", "tokenizer", "lua_tasks"}
TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "README.md", "LICENSE", "Dockerfile", "run.sh",
             "test.sh",
             "chapters", "exercises", "src", "cuda", "tests", "notebooks", "build", "out"}
OF_READERS = (".", "my_", "max.lua")  # what the chapters' commands leave; git ignores it


def allowed(module):
    if module == "lua_tasks":
        return LUA_TASKS
    left = set(ORDER[:ORDER.index(module) + 1])
    if module in ("runs", "evaluation"):
        left.add("lua_tasks")
    if module == "exercises":
        return {"core", "simt", "exercises", "tests"}
    return left | {"lua_tasks", "tests"} if module == "app" else left


def includes(file):
    return re.findall(r'^#include "(?:\.\./)*([\w]+)/([^"]+)"', file.read_text(), re.M)


def problems_of(folder):
    """Includes of a module below `folder` (src or cuda) that the order forbids."""
    for module_folder in sorted((ROOT / folder).iterdir()):
        module = module_folder.name
        if module == "simt" or not module_folder.is_dir():
            continue
        for file in sorted(module_folder.rglob("*.*")):
            for target, rest in includes(file):
                simt = target == "simt" and (folder == "cuda" or module == "app")
                own_header = (ROOT / "src" / target / rest).exists()
                kernel_header = (ROOT / "cuda" / target / rest).exists()
                if kernel_header and not own_header and folder == "src" and module != "app":
                    yield f"{file.relative_to(ROOT)} includes a header of cuda/: {target}/{rest}"
                elif not simt and target not in allowed(module):
                    yield f"{file.relative_to(ROOT)} includes {target}/{rest}, right of {module}"


def talk_of(folder):
    """Sources below src/ that parse options or print, where only figures are to be returned."""
    for file in sorted((ROOT / "src" / folder).rglob("*.*")):
        for call in re.findall(r"CLI/CLI\.hpp|fmt::print|\bprintf|std::cout", file.read_text()):
            yield f"{file.relative_to(ROOT)} has {call}: that is for src/app"


def main():
    problems = [*problems_of("src"), *talk_of("runs"), *talk_of("evaluation")]
    if (ROOT / "cuda").exists():
        problems += problems_of("cuda")
    problems += [f"{entry.name}: unexpected at the top level" for entry in ROOT.iterdir()
                 if entry.name not in TOP_LEVEL and not entry.name.startswith(OF_READERS)]
    checked = sum(1 for file in (ROOT / "src").rglob("*.h") if includes(file))
    if checked < 20:
        problems.append(f"expected headers with includes in src/, found {checked}")
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
