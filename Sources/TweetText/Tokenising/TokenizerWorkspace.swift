/// Room that a tokenizer works in. Kept from tweet to tweet, it makes tokenising free of allocations.
///
/// Its contents mean nothing between calls; each task that tokenises has its own.
package struct TokenizerWorkspace: Sendable {
  /// The text after character references were decoded.
  var decoded: [UInt8] = []
  /// The text after repeated characters were replaced.
  var expanded: [UInt8] = []
  /// The text after repeated words were replaced.
  var collapsed: [UInt8] = []
  /// The lower-case form of the token being read.
  var word: [UInt8] = []

  package init() {}
}
