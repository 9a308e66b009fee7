import AWDLSTM
import Kernels
import Sentiment

/// What a folder for the Hugging Face Hub has besides the model: a card and a module for PyTorch.
struct HubFolder {
  let named: NamedModel

  var files: [(name: String, content: String)] {
    [
      ("README.md", card),
      ("modeling_animo.py", String(decoding: PackageResources.modeling_animo_py, as: UTF8.self)),
    ]
  }

  /// The model card: front matter for the Hub, then what is known of every model. What is not, its owner has to add.
  private var card: String {
    let (model, architecture) = (named.model, named.model.architecture)
    let labels = architecture.labels.map { "`\($0)`" }.joined(separator: ", ")
    return """
      ---
      language: es
      pipeline_tag: text-classification
      library_name: pytorch
      license: unknown
      tags:
      - sentiment-analysis
      - tweets
      - awd-lstm
      - animo
      ---

      # \(named.name)

      Classifies the sentiment of Spanish tweets as \(labels). Exported by animo from `\(named.name)@\(Fingerprint(of: model))`.

      ```
      \(ModelPage(named).text)```

      The weights are in single precision. Those of a model in 8 bits are the ones that it computes with, but it also rounds what it
      multiplies them with: there probabilities may differ in the third decimal.

      ## How to use

      With the program, which reads this folder as it is:

      ```sh
      echo 'qué alegría verte' | animo classify --model FOLDER
      ```

      With PyTorch. Texts are read (cleaned, divided into tokens, n-grams and marks) by the same program, so that there is only one reading
      of a text:

      ```python
      from modeling_animo import Animo
      model = Animo.from_folder("FOLDER")
      for text, p in zip(texts, model.classify(texts)):
          print(max(p, key=p.get), text)
      ```

      `model(readings)` gives logits and may be trained further.

      ## Training data, evaluation, limits

      Not part of a model folder. Add what you know before you publish it, and the licence.

      """
  }
}
