/// An n-gram of a text: which feature it is, and where it is.
package struct NGram: Equatable, Sendable {
  /// What it consists of.
  package enum Kind: Equatable, Sendable {
    case words
    case characters
    /// A word that a negation reaches.
    case negatedWord
  }

  package let kind: Kind
  package let bucket: UInt32
  /// Its bytes in the cleaned text, without the space before or behind it.
  package let range: Range<Int>
}

// The plain version of `find`, which keeps the places: for explaining a text.
extension HashedNGrams {
  /// All n-grams of a cleaned text; a bucket comes as often as there are n-grams in it.
  package func ngrams(of cleaned: Span<UInt8>) -> [NGram] {
    let words = words(of: cleaned)
    var ngrams: [NGram] = []
    var scope = Negation()
    for (last, word) in words.enumerated() {
      for length in self.words where length <= last + 1 {
        var hash = PieceHash.words
        for part in words[(last + 1 - length)...last] { hash.add(part.hash.state) }
        let range = words[last + 1 - length].range.lowerBound..<word.range.upperBound
        ngrams.append(NGram(kind: .words, bucket: hash.bucket(of: buckets), range: range))
      }
      if negation, scope.reaches(word.hash, isWord: word.isWord) {
        let bucket = PieceHash.negated(word.hash).bucket(of: buckets)
        ngrams.append(NGram(kind: .negatedWord, bucket: bucket, range: word.range))
      }
    }
    return ngrams + characterNGrams(of: cleaned)
  }

  private struct Word {
    let range: Range<Int>
    let hash: PieceHash
    let isWord: Bool
  }

  private func words(of text: Span<UInt8>) -> [Word] {
    var words: [Word] = []
    var offset = table.end(of: .space, from: 0, in: text)
    while offset < text.count {
      let (start, scalar) = (offset, text.scalar(at: offset))
      let isWord = table.class(of: scalar.value).contains(.word)
      var hash = PieceHash.words
      if isWord {
        offset = readWord(from: start, of: text, &hash)
      } else {
        add(scalar.value, to: &hash)
        offset += scalar.length
      }
      words.append(Word(range: start..<offset, hash: hash, isWord: isWord))
      offset = table.end(of: .space, from: offset, in: text)
    }
    return words
  }

  private func characterNGrams(of text: Span<UInt8>) -> [NGram] {
    var ngrams: [NGram] = []
    var offset = table.end(of: .space, from: 0, in: text)
    while offset < text.count {
      // The scalars of a run between two spaces, with one before and one behind it that take no room.
      var scalars: [(value: UInt32, range: Range<Int>)] = [(0x20, offset..<offset)]
      while offset < text.count {
        let scalar = text.scalar(at: offset)
        guard !table.class(of: scalar.value).contains(.space) else { break }
        if scalars.count <= Self.longestWord {
          scalars.append((lowercase(scalar.value), offset..<offset + scalar.length))
        }
        offset += scalar.length
      }
      scalars.append(
        (0x20, scalars[scalars.count - 1].range.upperBound..<scalars[scalars.count - 1].range.upperBound))
      for start in scalars.indices {
        var hash = PieceHash.characters
        for end in start..<min(scalars.count, start + characters.upperBound) {
          hash.add(UInt64(scalars[end].value))
          guard characters.contains(end - start + 1) else { continue }
          let range = scalars[start].range.lowerBound..<scalars[end].range.upperBound
          ngrams.append(NGram(kind: .characters, bucket: hash.bucket(of: buckets), range: range))
        }
      }
      offset = table.end(of: .space, from: offset, in: text)
    }
    return ngrams
  }
}
