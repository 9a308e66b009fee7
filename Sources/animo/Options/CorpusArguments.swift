import ArgumentParser
import Datasets

/// How corpora for training and evaluation are read.
struct CorpusArguments: ParsableArguments {
  @OptionGroup var inputs: InputArguments

  @Flag(help: "Skip and count lines without usable text instead of stopping at the first one.")
  var skipBadLines = false

  /// The reading that these arguments describe.
  var reading: CorpusReading {
    CorpusReading(options: inputs.reading, badLines: skipBadLines ? .leaveOut : .fail)
  }
}
