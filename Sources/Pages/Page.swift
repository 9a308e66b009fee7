/// An HTML page that needs nothing else: no network, no script, no other file.
///
/// For light and dark screens, narrow ones and paper; for readers of screens too. Its parts are written in order:
///
/// ```swift
/// var page = Page(title: "Evaluation of \(model)")
/// page.add("<p>\(count) texts.</p>")
/// page.section("Calibration", id: "calibration")
/// page.add(.figure(diagram.svg, caption: "Bars on the diagonal are honest."))
/// ```
///
/// This module knows how pages and pictures look; what they show, its users know.
package struct Page: Sendable {
  private let title: String
  private let style: String
  private let isWide: Bool
  private var body: HTML = ""
  private var sections: [(title: String, id: String)] = []

  /// - Parameters:
  ///   - title: plain text, also the heading.
  ///   - style: CSS in addition to `Page.style`; its colours are the custom properties there.
  ///   - isWide: whether pictures and tables may use more than the width of a column of text.
  package init(title: String, style: String = "", isWide: Bool = false) {
    self.title = title
    self.style = style
    self.isWide = isWide
  }

  /// Adds markup.
  package mutating func add(_ html: HTML) {
    body += html
  }

  /// Begins a section. Pages with sections have a list of them at the top.
  ///
  /// - Parameter id: different from those of other sections; ASCII letters, digits and hyphens.
  package mutating func section(_ title: String, id: String) {
    sections.append((title, id))
    body += "<h2 id=\"\(id)\">\(title)</h2>\n"
  }

  /// The whole file.
  package var document: String {
    let html: HTML = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(title)</title>
      <style>
      \(HTML(markup: Self.style))\(HTML(markup: style.isEmpty ? "" : "\n" + style))
      </style>
      </head>
      <body\(isWide ? " class=\"wide\"" as HTML : "")>
      <h1>\(title)</h1>
      \(contents)<main>
      \(body)</main>
      </body>
      </html>

      """
    return html.markup
  }

  private var contents: HTML {
    guard !sections.isEmpty else { return "" }
    let items = sections.map { "<li><a href=\"#\($0.id)\">\($0.title)</a></li>" as HTML }.joined()
    return "<nav aria-label=\"Contents\"><ul>\(items)</ul></nav>\n"
  }

  /// The stylesheet of all pages.
  ///
  /// Colours: `--ink` for letters, `--quiet` for less important ones, `--paper`, `--line` and `--link`. Classes: `note`
  /// for less important paragraphs, `text` for a tweet in large letters, `sum` for the row of a table that adds up
  /// the others, `figures` around pictures that may stand side by side.
  package static let style = """
    :root { color-scheme: light dark; --ink: #222; --quiet: #5f5f5f; --paper: #fff; --line: #ddd; --link: #0059a0; }
    @media screen and (prefers-color-scheme: dark) {
      :root { --ink: #e6e6e6; --quiet: #a5a8ae; --paper: #16181c; --line: #3a3d44; --link: #7ec0f5; }
    }
    * { box-sizing: border-box; }
    body { margin: 2rem auto; padding: 0 1rem; max-width: 48rem; background: var(--paper); color: var(--ink);
      font: 1rem/1.5 system-ui, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif; }
    body.wide { max-width: 72rem; }
    h1 { font-size: 1.4rem; overflow-wrap: anywhere; }
    h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
    h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
    p { max-width: 44rem; }
    a { color: var(--link); }
    :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
    nav ul, ul.inline { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: 0; padding: 0;
      font-size: .875rem; }
    article { border-top: 1px solid var(--line); padding: 1rem 0; }
    .text { font-size: 1.25rem; line-height: 1.9; margin: 0 0 .5rem; overflow-wrap: anywhere; }
    .note, summary, caption, figcaption { color: var(--quiet); font-size: .875rem; }
    .scroll { overflow-x: auto; margin: .5rem 0 1rem; }
    table { border-collapse: collapse; font-size: .875rem; }
    caption { text-align: left; padding-bottom: .25rem; }
    caption span { display: block; position: sticky; left: 0; width: fit-content; max-width: min(44rem, calc(100vw - 2rem)); }
    th, td { padding: .15rem 1.25rem .15rem 0; text-align: right; font-variant-numeric: tabular-nums;
      font-weight: normal; vertical-align: top; white-space: nowrap; }
    th:first-child, .texts td:last-child, .texts th:last-child { text-align: left; }
    td:last-child, th:last-child { padding-right: 0; }
    .texts td { white-space: normal; } .texts td:last-child { min-width: 16rem; overflow-wrap: anywhere; }
    thead th { color: var(--quiet); border-bottom: 1px solid var(--line); }
    .sum th, .sum td { border-top: 1px solid var(--line); font-weight: 600; }
    details { margin: .5rem 0; } summary { cursor: pointer; }
    figure { margin: .5rem 0 1rem; overflow-x: auto; }
    figure svg { display: block; width: 100%; min-width: 24rem; height: auto; }
    figcaption { max-width: 44rem; margin-top: .25rem; }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem 1.5rem;
      align-items: start; }
    .figures figure { margin: 0; }
    @media print {
      :root, svg { color-scheme: light !important; }
      body, body.wide { max-width: none; margin: 0; font-size: 10pt; print-color-adjust: exact; }
      nav { display: none; } figure, tr, article { break-inside: avoid; } h2, h3 { break-after: avoid; }
      .scroll, figure { overflow: visible; }
    }
    """
}
