"""What the headers declare, as the page chapters/index.md (sync_chapters.py --write makes it).

A header's first comment says what it is about; its functions and types are what stands in it outside
of all classes, functions and unnamed namespaces.
"""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULES = ("core", "tokenizer", "transformer", "mask_corruption", "edit_corruption",
           "trajectory_selection", "step_reduction", "block_decoding", "lua_tasks", "runs",
           "evaluation", "app", "exercises")
HEAD = """# Index

Every header with what it is about, its functions and its types. Made from the headers by
`python3 tests/structure/sync_chapters.py --write`. A function has its shapes, units and errors in the
comment above it. The kernels themselves: `seed verify --list`.
"""
NAME = re.compile(r"(~?\w+)\s*\($")
TYPE = re.compile(r"^(?:struct|class|enum class|enum)\s+(?:alignas\(\w+\)\s+)?(\w+)")
NO_FUNCTION = {"static_assert", "decltype", "requires", "if", "while", "for", "operator", "alignas"}


def first_sentence(text):
    """Of the comment at the top of a header."""
    lines = []
    for line in text.split("\n"):
        if not line.startswith("//"):
            break
        if line.strip() == "//" and lines:
            break
        lines.append(line[2:].strip())
    words = " ".join(lines)
    end = re.search(r"[.:](?= [A-Z(]|$)", words)
    return (words[:end.start()] if end else words).strip()


def without_comments(text):
    """Code alone: no comments, preprocessor lines, strings, nor what stands in a macro."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r'R"(\w*)\(.*?\)\1"', '""', text, flags=re.S)
    text = re.sub(r'"(\\.|[^"\\])*"', '""', text)
    return re.sub(r"^[ \t]*#([^\n]*\\\n)*[^\n]*", "", text, flags=re.M)


def statements(text):
    """The declarations outside of all braces but those of namespaces, without their bodies."""
    found, begin, depth, i = [], 0, 0, 0
    while i < len(text):
        sign = text[i]
        if sign == "{":
            head = text[begin:i].strip()
            if depth == 0 and re.search(r"(^|\s)namespace(\s+[\w:]+)?$", head):
                begin = i + 1
                if head.endswith("namespace"):  # without a name: not for others
                    depth += 1
                i += 1
                continue
            if depth == 0 and head:
                found.append(head)
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
            if depth == 0:
                begin = i + 1
        elif sign == ";":
            if depth == 0 and text[begin:i].strip():
                found.append(text[begin:i].strip())
            if depth == 0:
                begin = i + 1
        i += 1
    return found


def without_template(statement):
    while match := re.match(r"(?:template\s*<|requires\b)", statement):
        if statement.startswith("requires"):
            return statement
        depth, i = 0, match.end() - 1
        while True:
            depth += {"<": 1, ">": -1}.get(statement[i], 0)
            i += 1
            if depth == 0:
                break
        statement = statement[i:].strip()
    return statement


def names_of(header):
    """(functions, types) that it declares, each once, in its order."""
    functions, types = [], []
    for statement in statements(without_comments(header.read_text())):
        statement = " ".join(without_template(statement).split())
        if kind := TYPE.match(statement):
            types.append(kind[1])
            continue
        if statement.startswith(("using ", "typedef ", "friend ", "extern template ", "template ")):
            continue
        head = statement.split("(")[0] + "("
        name = NAME.search(head)
        is_value = "=" in head or "operator" in head
        if name and not is_value and name[1] not in NO_FUNCTION and " " in head.strip():
            functions.append(name[1])
    return list(dict.fromkeys(functions)), list(dict.fromkeys(types))


def row(header):
    functions, types = names_of(header)
    path = header.relative_to(ROOT).as_posix()
    shown = ", ".join(f"`{name}`" for name in functions + types)
    return f"| [{path}](../{path}) | {first_sentence(header.read_text())} | {shown} |"


def index_page():
    parts = [HEAD]
    folders = [folder for module in MODULES for folder in ("src/" + module, "cuda/" + module)]
    folders[folders.index("cuda/core") + 1:folders.index("cuda/core") + 1] = [
        "cuda/simt", "cuda/first_steps"]
    for folder in folders:
        headers = sorted((ROOT / folder).glob("*.h"))
        rows = [row(h) for h in headers if not h.stem.endswith("_impl")]
        if rows:
            parts.append(f"## {folder}\n\n| header | about | declares |\n|---|---|---|\n"
                         + "\n".join(rows) + "\n")
    return "\n".join(parts)
