import Evaluation
import Pages
import Training

/// The report on a training as one page: `report.html`.
struct TrainingPage {
  private let history: TrainingHistory
  private let heldOut: HeldOutTweets?

  /// - Parameter heldOut: nil while the model is not finished.
  init(_ history: TrainingHistory, heldOut: HeldOutTweets?) {
    (self.history, self.heldOut) = (history, heldOut)
  }

  /// The page as a file.
  func document(title: String) -> String {
    var page = Page(title: title, isWide: true)
    page.section("Stages", id: "stages")
    page.add(stages)
    page.section("Losses", id: "losses")
    addLosses(to: &page)
    if !history.confusions.isEmpty {
      page.section("Confusion matrices", id: "confusion")
      addMatrices(to: &page)
    }
    if let heldOut, !heldOut.texts.isEmpty {
      page.section("Held-out tweets", id: "held-out")
      addTweets(of: heldOut, to: &page)
    }
    return page.document
  }

  private var stages: HTML {
    let rows = history.stages.map { stage -> [HTML] in
      let (last, best) = (stage.validations.last, stage.best)
      return [
        "\(stage.stage)", "\(stage.validations.count)", "\(NumberText.grouped(stage.steps))",
        number(last?.loss ?? stage.samples.last?.loss), number(last?.validation.loss),
        percent(last?.validation.accuracy), best.map { "\($0.epoch)" } ?? "–", number(best?.validation.loss),
        "\(NumberText.duration(stage.seconds))",
      ]
    }
    let texts = history.texts.map { texts -> [HTML] in
      let (learnt, judged) = (texts.counts.learnt, texts.counts.judged)
      return ["\(texts.stage)"]
        + [learnt.texts, learnt.tokens, judged.texts, judged.tokens].map { "\(NumberText.grouped($0))" }
    }
    let divergences = history.stages.compactMap { stage -> HTML? in
      stage.divergence.map {
        "<p><b>\(stage.stage)</b> was stopped: \($0). Its best state was restored.</p>\n"
      }
    }
    return HTML.table(
      caption: "Stages of the training, in order",
      head: [
        "stage", "epochs", "minibatches", "training loss", "validation loss", "accuracy", "best epoch",
        "its loss",
        "time",
      ], rows: rows) + divergences.joined()
      + HTML.table(
        caption: "Texts", head: ["stage", "to learn from", "tokens", "to judge by", "tokens"], rows: texts)
  }

  private func addLosses(to page: inout Page) {
    let picture = LossPicture(history)
    page.add(
      .figure(
        picture.svg,
        caption: """
          Losses in nats, minibatch by minibatch. Circles are validations, one after each epoch; the green one is the \
          best of its stage, whose state is kept as a model.
          """))
    guard picture.hasLanguageModels else { return }
    page.add(
      """
      <p>The two losses of a language model measure different things. In training, the right word competes with some \
      words drawn at random (<code>candidates</code>) and not with the whole vocabulary, which makes the loss lower, \
      while dropout makes it higher; in validation it competes with all words, and nothing is dropped out. So compare \
      validation losses with each other: their exponential is the perplexity. A stage has learnt enough where its \
      validation loss no longer falls while the training loss does.</p>

      """)
  }

  private func addMatrices(to page: inout Page) {
    page.add(
      """
      <p>How the validation tweets are labelled before the first stage, when the last layers are random, after each \
      stage in its best state\(heldOut == nil ? "" : ", and by the finished model" as HTML). A row has the tweets of one true \
      label. Of a tweet whose label comes from an emoticon, a stage decides between positive and negative only.</p>
      <div class="figures">

      """)
    for (stage, confusion) in history.confusions {
      var matrix = ConfusionMatrix(labelCount: confusion.labels.count)
      for truth in confusion.labels.indices {
        for answer in confusion.labels.indices {
          matrix.add(
            truth: truth, answer: answer, count: confusion.counts[truth * confusion.labels.count + answer])
        }
      }
      add(matrix, labels: confusion.labels, stage, to: &page)
    }
    if let heldOut { add(heldOut.confusion, labels: heldOut.labels, "the finished model", to: &page) }
    page.add("</div>\n")
  }

  private func add(_ matrix: ConfusionMatrix, labels: [String], _ name: String, to page: inout Page) {
    let accuracy = NumberText.fixed(100 * matrix.accuracy, decimals: 1)
    page.add(
      .figure(
        ConfusionMatrixPlot(matrix, labels: labels, title: name).svg, caption: "\(name): \(accuracy) % right")
    )
  }

  private func addTweets(of heldOut: HeldOutTweets, to page: inout Page) {
    let count = NumberText.counted(heldOut.texts.count, "tweet")
    page.add(
      """
      <p>\(count), of which \(NumberText.fixed(100 * heldOut.confusion.accuracy, decimals: 1)) % were labelled \
      correctly; all of them are in <code>\(HeldOutTweets.name)</code>. Below are those with the highest loss: errors \
      of the model, and of the labels. The choice of the best states, the temperature and the share of the wide term \
      were made by these tweets, so judge the model by others too.</p>

      """)
    if heldOut.hasMarks {
      page.add(
        """
        <p class="note">This model reads emoticons and emoji. Where they made the label, they also give it away here.</p>

        """)
    }
    let rows = heldOut.judgements.indicesOfTopLosses(20).map { index -> [HTML] in
      let judgement = heldOut.judgements[index]
      return [
        "\(heldOut.labels[judgement.truth])", "\(heldOut.labels[judgement.answer])",
        number(judgement.probabilities[judgement.truth]), number(judgement.loss),
        "<span lang=\"es\" dir=\"auto\">\(heldOut.texts[index])</span>",
      ]
    }
    page.add(
      .table(
        caption: "Tweets with the highest loss",
        head: ["true label", "given label", "probability of the true one", "loss", "text"], rows: rows,
        isTextLast: true))
  }

  private func number(_ number: Double?) -> HTML {
    number.map { "\(NumberText.fixed($0, decimals: 4))" } ?? "–"
  }

  private func percent(_ share: Double?) -> HTML {
    share.map { "\(NumberText.fixed(100 * $0, decimals: 1)) %" } ?? "–"
  }
}

extension HTML {
  fileprivate static func + (left: HTML, right: HTML) -> HTML {
    var sum = left
    sum += right
    return sum
  }
}
