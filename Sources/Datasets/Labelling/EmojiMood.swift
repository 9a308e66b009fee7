/// The mood of an emoji.
enum EmojiMood {
  /// The mood that `scalar` shows, or nil when it shows none or is used in both.
  ///
  /// Left out on purpose are 😂, 😭, 🤣, 😅 and 🥺, which stand in happy and in sad tweets alike, folded hands,
  /// and all emoji of things.
  static func mood(of scalar: UInt32) -> Moods? {
    switch scalar {
    case 0x2661, 0x2665, 0x2763, 0x2764: .positive  // ♡ ♥ ❣ ❤
    case 0x1F493, 0x1F495...0x1F49F, 0x1F5A4, 0x1F90D, 0x1F9E1: .positive  // 💓 💕…💟 🖤 🤍 🧡
    case 0x263A, 0x1F600, 0x1F601, 0x1F603, 0x1F604, 0x1F606, 0x1F607: .positive  // ☺ 😀 😁 😃 😄 😆 😇
    case 0x1F609...0x1F60E, 0x1F617...0x1F61D, 0x1F642: .positive  // 😉…😎 😗…😝 🙂
    case 0x1F638...0x1F63B, 0x1F63D: .positive  // 😸…😻 😽
    case 0x1F917, 0x1F929, 0x1F970, 0x1F973: .positive  // 🤗 🤩 🥰 🥳
    case 0x1F44C, 0x1F44D, 0x1F44F, 0x1F4AA, 0x1F64C: .positive  // 👌 👍 👏 💪 🙌
    case 0x1F389, 0x1F38A, 0x1F483: .positive  // 🎉 🎊 💃
    case 0x1F494, 0x1F44E: .negative  // 💔 👎
    case 0x2639, 0x1F611...0x1F616, 0x1F61E...0x1F625: .negative  // ☹ 😑…😖 😞…😥
    case 0x1F629...0x1F62B, 0x1F630, 0x1F641, 0x1F644: .negative  // 😩…😫 😰 🙁 🙄
    case 0x1F63E, 0x1F63F, 0x1F922, 0x1F92C, 0x1F92E: .negative  // 😾 😿 🤢 🤬 🤮
    default: nil
    }
  }
}
