import TweetText

/// The cleaned form of a text.
func cleaned(_ text: String, _ profile: CleaningProfile = .standard) -> String {
  String(decoding: cleaned(Array(text.utf8), profile), as: UTF8.self)
}

/// The cleaned form of bytes, which need not be UTF-8.
func cleaned(_ bytes: [UInt8], _ profile: CleaningProfile = .standard) -> [UInt8] {
  var output: [UInt8] = []
  Cleaner(profile).clean(bytes.span, appendingTo: &output)
  return output
}
