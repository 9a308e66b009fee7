import Evaluation
import Explaining
import Pages

/// What the pictures of a set show.
struct SetPictures {
  private let set: JudgedTexts
  private let model: JudgedModel

  init(_ set: JudgedTexts, model: JudgedModel) {
    (self.set, self.model) = (set, model)
  }

  /// For each label the curve against all others.
  var curves: [(label: String, curve: ThresholdCurve)] {
    model.labels.enumerated().map { ($1, ThresholdCurve(set.judgements, label: $0)) }
  }

  /// The probabilities of the positive label, of the texts of each label.
  var histogram: [ScoreHistogram.Series] {
    let positive = model.positive
    return (model.labels.indices.filter { $0 != positive } + [positive]).map { label in
      ScoreHistogram.Series(
        name: model.labels[label],
        scores: set.judgements.filter { $0.truth == label }.map { $0.probabilities[positive] })
    }
  }

  var byLength: Breakdown { Breakdown.byLength(set.judgements, texts: set.texts.texts) }

  /// Empty where no record names a country.
  var byCountry: Breakdown { Breakdown.byName(set.judgements, names: set.texts.countries) }
}

/// Reports as a page.
struct EvaluationPage {
  private let model: JudgedModel

  init(_ model: JudgedModel) {
    self.model = model
  }

  /// The whole file.
  func document(_ sets: [(JudgedTexts, TopLosses)], _ expectations: [JudgedExpectations]) -> String {
    var page = Page(
      title: "Evaluation of \(model.name)", style: ExplanationPage.wordStyle + Self.style, isWide: true)
    page.add(
      """
      <p class="note">Cleaning \(model.cleaning), kernels \(model.kernels), temperature
      \(fixed(model.temperature, 2)). Intervals contain 95 %: of 1,000 bootstrap resamples for accuracy, macro-F1 and
      AUC, Wilson's for shares.</p>

      """)
    if !sets.isEmpty {
      page.section("Overview", id: "overview")
      page.add(overview(sets.map(\.0)))
    }
    for (number, (set, losses)) in sets.enumerated() {
      page.section(set.texts.name, id: "set-\(number + 1)")
      page.add(details(set))
      page.add(self.losses(losses))
    }
    for (number, judged) in expectations.enumerated() {
      page.section("Expectations: \(judged.name)", id: "expectations-\(number + 1)")
      page.add(self.expectations(judged))
    }
    return page.document
  }

  private static let style = """

    .figures { margin-top: 1rem; }
    .loss { padding: .75rem 0; } .loss .text { font-size: 1.05rem; line-height: 1.7; margin: 0; }
    .loss p { margin: 0; }
    meter { width: 8rem; max-width: 20vw; } meter + span { display: inline-block; min-width: 4rem; }
    """

  private func overview(_ sets: [JudgedTexts]) -> HTML {
    let hasMacro = model.labels.count > 2
    let head =
      ["texts of", "texts", "left out", "accuracy", "macro-F1", "AUC"] + (hasMacro ? ["macro AUC"] : [])
      + ["log loss", "ECE"]
    let rows = sets.map { set -> [HTML] in
      let (report, intervals) = (set.report, set.report.intervals)
      var cells: [HTML] = [
        "\(set.texts.name)", "\(NumberText.grouped(report.count))",
        "\(NumberText.grouped(set.texts.leftOutTotal))",
        value(report.confusion.accuracy, intervals.accuracy),
        value(report.confusion.macroF1, intervals.macroF1),
        value(report.areaUnderCurve, intervals.areaUnderCurve),
      ]
      if hasMacro { cells.append(value(report.macroAreaUnderCurve)) }
      cells += [value(report.logLoss), value(report.calibration.expectedError)]
      return cells
    }
    return .table(
      caption:
        "Measures of each file, with intervals of 95 %. ECE is the expected calibration error; AUC separates "
        + "positive from negative texts.", head: head, rows: rows)
  }

  /// A measure, over its interval if it has one.
  private func value(_ value: Double?, _ interval: Bootstrap.Interval? = nil) -> HTML {
    guard let value else { return "–" }
    guard let interval else { return "\(fixed(value, 4))" }
    return """
      \(fixed(value, 4))<br><small>\(fixed(interval.lowerBound, 3))–\(fixed(interval.upperBound, 3))</small>
      """
  }

  private func details(_ set: JudgedTexts) -> HTML {
    let pictures = SetPictures(set, model: model)
    let curves = pictures.curves
    var figures: [HTML] = [
      .figure(
        ConfusionMatrixPlot(set.report.confusion, labels: model.labels, title: "Confusion matrix").svg,
        caption:
          "Texts of each true label (rows) by the label given (columns): counts, and shares of the row."),
      .figure(
        ReliabilityDiagram(set.report.calibration, title: "Reliability").svg,
        caption:
          "How often the model is right when it is so sure; honest bars end on the dashed line. Thin lines: 95 %."
      ),
      .figure(
        ThresholdPlot.roc(curves, title: "ROC curves").svg,
        caption: "Each label against all others. Guessing gives the dashed line."),
      .figure(
        ThresholdPlot.precisionRecall(curves, title: "Precision and recall").svg,
        caption: "Each label against all others; AP is the average precision. Dashed: guessing."),
      .figure(
        ScoreHistogram(
          title: "Scores", scoreTitle: "probability of \(model.labels[model.positive])", pictures.histogram
        ).svg,
        caption:
          "How probable the model finds this label, for texts of each true label; the bars of each add up to 100 %."
      ),
      .figure(
        BreakdownPlot(pictures.byLength, title: "Accuracy by length").svg,
        caption: "The share of right answers by the number of words, with intervals of 95 %."),
    ]
    if !pictures.byCountry.parts.isEmpty {
      figures.append(
        .figure(
          BreakdownPlot(pictures.byCountry, title: "Accuracy by country").svg,
          caption: "For the texts whose records name one, with intervals of 95 %."))
    }
    return """
      \(leftOut(set.texts))\(labels(set.report, curves))<div class="figures">
      \(figures.joined())</div>
      \(numbers(set.report))
      """
  }

  private func leftOut(_ texts: LabelledTexts) -> HTML {
    var notes: [HTML] = []
    if !texts.leftOut.isEmpty {
      notes.append("<p>Left out, as the model does not have their labels: \(counts(texts.leftOut)).</p>\n")
    }
    if texts.unjudged > 0 {
      notes.append("<p>Left out, as they hold nothing to judge: \(NumberText.grouped(texts.unjudged)).</p>\n")
    }
    return notes.joined()
  }

  private func labels(_ report: Report, _ curves: [(label: String, curve: ThresholdCurve)]) -> HTML {
    let confusion = report.confusion
    let rows = curves.enumerated().map { label, curve -> [HTML] in
      let measures: [Double?] = [
        confusion.precision(of: label), confusion.recall(of: label), confusion.f1(of: label),
        curve.curve.areaUnderCurve, curve.curve.averagePrecision,
      ]
      let names: [HTML] = ["\(curve.label)", "\(NumberText.grouped(confusion.actual(label)))"]
      return names + measures.map { value($0) }
    }
    return .table(
      caption: "Each label; its AUC and average precision are against all others.",
      head: ["label", "texts", "precision", "recall", "F1", "AUC", "average precision"], rows: rows)
  }

  /// The numbers of the first two pictures, for those who cannot see them.
  private func numbers(_ report: Report) -> HTML {
    let confusion = model.labels.enumerated().map { truth, name -> [HTML] in
      let cells = model.labels.indices.map { answer -> HTML in
        let count = report.confusion[truth: truth, answer: answer]
        return
          "\(NumberText.grouped(count)) (\(NumberText.percent(count, of: report.confusion.actual(truth))))"
      }
      return ["\(name)"] + cells
    }
    let bins = report.calibration.bins.filter { $0.count > 0 }.map { bin -> [HTML] in
      let interval = bin.rightTexts.interval
      return [
        "\(fixed(bin.bounds.lowerBound, 3))–\(fixed(bin.bounds.upperBound, 3))",
        "\(NumberText.grouped(bin.count))",
        "\(fixed(bin.confidence, 4))", "\(fixed(bin.accuracy, 4))",
        "\(fixed(interval.lowerBound, 3))–\(fixed(interval.upperBound, 3))",
      ]
    }
    return """
      <details><summary>Confusion and reliability as tables</summary>
      \(HTML.table(
        caption: "Confusion matrix: counts and shares of the row.",
        head: ["true label"] + model.labels.map { "given \($0)" }, rows: confusion))\
      \(HTML.table(
        caption: "Reliability.", head: ["confidence", "texts", "mean confidence", "accuracy", "95 %"], rows: bins))\
      </details>

      """
  }

  private func losses(_ losses: TopLosses) -> HTML {
    guard !losses.entries.isEmpty else { return "" }
    let articles = losses.entries.map { entry -> HTML in
      let (judgement, labels) = (entry.judgement, model.labels)
      let probabilities = (judgement.confidence, judgement.probabilities[judgement.truth])
      return """
        <article class="loss">
        <p class="text" lang="es" dir="auto">\(entry.coloured ?? "\(entry.text)")</p>
        <p class="note">given \(labels[judgement.answer]) (\(fixed(probabilities.0, 4))), actually
        \(labels[judgement.truth]) (\(fixed(probabilities.1, 4))); loss \(fixed(judgement.loss, 2))</p>
        </article>

        """
    }
    return """
      <h3>Top losses</h3>
      <p class="note">The texts whose true labels the model found least probable. Words on <span class="f"
      style="--s:.8">blue</span> speak for the label given, words on <span class="a" style="--s:.8">red</span> against
      it. Texts are shown as they were cleaned, with their emoticons and emoji at the end.</p>
      \(articles.joined())
      """
  }

  private func expectations(_ judged: JudgedExpectations) -> HTML {
    let expectations = judged.expectations
    let rows = expectations.groups.map { group -> [HTML] in
      let (share, interval) = (group.met.share, group.met.interval)
      return [
        "\(group.name)", "\(NumberText.grouped(group.met.whole))", "\(NumberText.grouped(group.met.part))",
        """
        <meter min="0" max="1" value="\(fixed(share, 4))" aria-hidden="true"></meter> <span>\(percent(share))</span>
        """,
        "\(fixed(100 * interval.lowerBound, 1))–\(percent(interval.upperBound))",
      ]
    }
    let met = expectations.met
    return """
      <p>\(NumberText.grouped(met.part)) of \(NumberText.grouped(met.whole)) met: \(EvaluationText.share(met)).\
      \(judged.leftOut.isEmpty ? "" : " Left out: \(counts(judged.leftOut)).")</p>
      \(HTML.table(caption: "Expectations met by group.", head: ["group", "texts", "met", "share", "95 %"], rows: rows))\
      \(expectations.groups.map { failures(in: $0, of: judged) }.joined())
      """
  }

  private func failures(in group: Expectations.Group, of judged: JudgedExpectations) -> HTML {
    let failures = judged.expectations.failures(in: group.name)
    guard !failures.isEmpty else { return "" }
    let rows = failures.map { outcome -> [HTML] in
      [
        "\(judged.answer(outcome))", "\(judged.confidence(outcome))", "\(judged.words(outcome))",
        "<span lang=\"es\" dir=\"auto\">\(outcome.item.text)</span>",
      ]
    }
    return """
      <details><summary>\(group.name): \(NumberText.counted(failures.count, "failure"))</summary>
      \(HTML.table(
        caption: "Not met: \(group.name).", head: ["given", "probability", "expected", "text"], rows: rows,
        isTextLast: true))\
      </details>

      """
  }

  /// `positive (3), none (27)`
  private func counts(_ labels: [String: Int]) -> String {
    labels.sorted { $0.key < $1.key }.map { "\($0.key) (\(NumberText.grouped($0.value)))" }.joined(
      separator: ", ")
  }

  private func percent(_ share: Double) -> String { fixed(100 * share, 1) + " %" }

  private func fixed(_ number: Double, _ decimals: Int) -> String {
    NumberText.fixed(number, decimals: decimals)
  }
}
