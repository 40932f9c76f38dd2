"""Slides of the chapters: what a teacher shows while telling the rest.

    .venv/bin/python exercises/slides.py [--out out/slides] [PAGE ...]

Writes an HTML file for each page of chapters/ (or for those named, such as 03 or 03b): a slide for each
section with the first sentences of its paragraphs, its formulas and tables; one for every figure, every
excerpt of code and every fault of "Break it". Nothing is written by hand: a changed chapter gives
changed slides. Arrows, space and Page Up / Down go from slide to slide; a browser prints them as PDF,
a page each.
"""
import argparse
import base64
import html
import pathlib
import re
import sys

from markdown_it import MarkdownIt

CHAPTERS = pathlib.Path(__file__).resolve().parents[1] / "chapters"
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
MOST_LINES = 27  # of code that a slide has room for; other lines are higher:
OF_TEXT, OF_FRAME = 1.7, 1.5
SECTIONS_FOR_READERS = {"Exercises"}
SENTENCE = re.compile(r"((?:\*\*.+?\*\*)?.+?[.:?!])(?=\s+[A-Z*`\"(]|\s*$)", re.S)
GOES_ON = {"and", "or", "prints", "stays", "then", "where", "which", "but", "so", "is", "with", "that"}
COMMAND = re.compile(r"(build/|cmake |ctest |\./|python3 |sed )")

STYLE = """
@page { size: 297mm 167mm; margin: 0 }
* { box-sizing: border-box }
html { --u: 1vh; scroll-snap-type: y mandatory; font-family: system-ui, sans-serif; color: #1b2733 }
body { margin: 0; background: #fff }
section { height: calc(100 * var(--u)); padding: calc(5 * var(--u)) calc(10 * var(--u));
  scroll-snap-align: start; page-break-after: always; display: flex; flex-direction: column;
  overflow: hidden; font-size: calc(2.5 * var(--u)); line-height: 1.4;
  border-bottom: 1px solid #ccd5dd; position: relative }
h1 { font-size: calc(8 * var(--u)); margin: auto 0 calc(1 * var(--u)) }
h2 { font-size: calc(5 * var(--u)); margin: 0 0 calc(2.5 * var(--u)); color: #0b4f7a }
.cover p { font-size: calc(3.4 * var(--u)); margin: 0 0 auto; max-width: 80% }
ul { margin: 0; padding-left: 1.2em } li { margin-bottom: calc(1.2 * var(--u)) }
pre { background: #f3f6f9; border-left: calc(.6 * var(--u)) solid #0b4f7a;
  padding: calc(1.4 * var(--u)) calc(2 * var(--u)); margin: calc(1.4 * var(--u)) 0;
  font-size: calc(2.1 * var(--u)); line-height: 1.3; white-space: pre-wrap }
code { font-family: ui-monospace, monospace; font-size: .92em }
table { border-collapse: collapse; margin: calc(1.4 * var(--u)) 0; font-size: calc(2.2 * var(--u)) }
th, td { border-bottom: 1px solid #ccd5dd; padding: calc(.5 * var(--u)) calc(1.6 * var(--u));
  text-align: left }
img { flex: 1; min-height: 0; object-fit: contain; width: 100% }
figcaption { color: #51606e; margin-top: calc(1.5 * var(--u)); font-size: calc(2.2 * var(--u)) }
figure { flex: 1; min-height: 0; margin: 0; display: flex; flex-direction: column }
footer { position: absolute; right: calc(4 * var(--u)); bottom: calc(2 * var(--u)); color: #8a97a3;
  font-size: calc(1.8 * var(--u)) }
@media print { html { --u: 1.67mm } section { border: 0 } }
"""
SCRIPT = """
const slides = [...document.querySelectorAll('section')];
addEventListener('keydown', event => {
  const way = {ArrowRight: 1, ArrowDown: 1, PageDown: 1, ' ': 1,
               ArrowLeft: -1, ArrowUp: -1, PageUp: -1}[event.key];
  if (!way) return;
  event.preventDefault();
  const now = slides.findIndex(s => s.getBoundingClientRect().bottom > innerHeight / 2);
  slides[Math.min(Math.max(now + way, 0), slides.length - 1)].scrollIntoView();
});
"""


class Error(Exception):
    pass


def without_answers(text):
    """What a page unfolds, and the comments of its generators."""
    text = re.sub(r"[ \t]*<details>.*?</details>\n?", "", text, flags=re.S)
    return re.sub(r"<!--.*?-->\n?", "", text, flags=re.S)


def inline(text):
    """Markdown within a line; a link's text without its address, which leads out of the slides."""
    return MARKDOWN.renderInline(re.sub(r"(?<!!)\[([^\]]+)\]\([^)]+\)", r"\1", text))


def preformatted(text):
    return f"<pre><code>{html.escape(text.rstrip())}</code></pre>"


def figure_of(image, alt, caption):
    file = CHAPTERS / image
    if not file.is_file():
        raise Error(f"{file}: expected the figure of a chapter, got none")
    data = base64.b64encode(file.read_bytes()).decode()
    return (f'<figure><img alt="{html.escape(alt)}" src="data:image/png;base64,{data}">'
            f"<figcaption>{inline(caption)}</figcaption></figure>")


class Deck:
    """Slides as they fill up: what is put on one goes to the next where the room ends."""

    def __init__(self, title):
        self.title, self.section, self.slides = title, None, []
        self.blocks, self.room = [], MOST_LINES

    def begin(self, section):
        self.close()
        self.section = section

    def close(self):
        if self.blocks:
            body = "".join(self.blocks).replace("</ul><ul>", "")
            self.slides.append(f"<h2>{html.escape(self.section or self.title)}</h2>{body}")
        self.blocks, self.room = [], MOST_LINES

    def show(self, block, lines):
        if lines > self.room:
            self.close()
        self.blocks.append(block)
        self.room -= lines

    def say(self, paragraph):
        """The first sentence, of a recap all; nothing of what only goes on or stands in brackets."""
        text = " ".join(paragraph.split())
        if text[0] in "(/" or text.split()[0].rstrip(",:") in GOES_ON:
            return
        sentences = [s.strip() for s in SENTENCE.findall(text)] or [text]
        for sentence in sentences if self.section == "Recap" else sentences[:1]:
            self.show(f"<ul><li>{inline(sentence)}</li></ul>", OF_TEXT * (1 + len(sentence) // 100))

    def alone(self, block):
        self.close()
        self.show(block, MOST_LINES)
        self.close()

    def page(self, first):
        self.close()
        cover = f"<h1>{html.escape(self.title)}</h1><p>{first}</p>"
        sections = [f'<section class="cover">{cover}</section>']
        for number, slide in enumerate(self.slides, 2):
            sections.append(f"<section>{slide}<footer>{html.escape(self.title)} · {number}</footer>"
                            "</section>")
        return (f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
                f"<title>{html.escape(self.title)}</title><style>{STYLE}</style></head>\n<body>"
                + "\n".join(sections) + f"<script>{SCRIPT}</script></body></html>\n")


def show_lines(deck, text):
    lines, most = text.rstrip("\n").split("\n"), MOST_LINES - 2
    if len(lines) > most:
        lines = [*lines[:most - 1], "..."]
    deck.show(preformatted("\n".join(lines)), len(lines) + OF_FRAME)


def add_block(deck, tokens, i):
    """Puts the block that begins at token i on a slide; returns the token behind it."""
    token = tokens[i]
    if token.type == "paragraph_open":
        text = tokens[i + 1].content
        image = re.fullmatch(r"!\[(.*?)\]\((.*?)\)", text, re.S)
        if image:
            caption = tokens[i + 4].content if tokens[i + 3].type == "paragraph_open" else ""
            caption = "" if caption.startswith("![") else caption
            deck.alone(figure_of(image[2], " ".join(image[1].split()), " ".join(caption.split())))
            return i + (6 if caption else 3)
        if not re.match(r"\[`[^`]+` lines? ", text):  # where an excerpt stands
            deck.say(text)
        return i + 3
    if token.type == "code_block":
        if not COMMAND.match(token.content):
            show_lines(deck, token.content)
        return i + 1
    if token.type == "fence":
        show_lines(deck, token.content)
        return i + 1
    if token.type == "table_open":
        end = next(j for j in range(i, len(tokens)) if tokens[j].type == "table_close") + 1
        rows = sum(t.type == "tr_open" for t in tokens[i:end])
        deck.show(MARKDOWN.renderer.render(tokens[i:end], MARKDOWN.options, {}), OF_TEXT * rows)
        return end
    return i + 1


def slides_of(page):
    tokens = MARKDOWN.parse(without_answers(page.read_text()))
    if len(tokens) < 2 or tokens[0].type != "heading_open" or tokens[0].tag != "h1":
        raise Error(f"{page}: expected a page with a title")
    deck, i, first = Deck(tokens[1].content), 3, None
    while i < len(tokens):
        if tokens[i].type == "heading_open":
            deck.begin(tokens[i + 1].content)
            i += 3
        elif deck.section in SECTIONS_FOR_READERS:
            i += 1
        elif first is None and tokens[i].type == "paragraph_open":
            first = inline(" ".join(tokens[i + 1].content.split()))
            i += 3
        else:
            i = add_block(deck, tokens, i)
    slides = deck.page(first or "")
    if slides.count("<figure>") != len(re.findall(r"^!\[", page.read_text(), re.M)):
        raise Error(f"{page}: a figure is missing in the slides")
    return slides


def chosen_pages(names):
    pages = sorted(CHAPTERS.glob("[0-9]*.md"))
    if not names:
        return pages
    found = [p for p in pages if any(p.stem == n or p.stem.split("_")[0] == n for n in names)]
    if len(found) != len(set(names)):
        raise Error("expected pages such as 03 or 03b_denoising, got " + " ".join(names))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="*", metavar="PAGE")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("out/slides"))
    a = parser.parse_args()
    try:
        a.out.mkdir(parents=True, exist_ok=True)
        for page in chosen_pages(a.pages):
            text = slides_of(page)
            file = a.out / f"{page.stem}.html"
            file.write_text(text)
            print(f"{file}: {text.count('<section')} slides, {text.count('<figure>')} figures")
    except (Error, OSError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
