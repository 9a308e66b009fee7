import Foundation
import TestSupport
import Testing

/// Trainings that are stopped and resumed come to what they would have come to: the short form of
/// `Tests/sweep-training`.
@Suite struct TrainingInterruptionTests {
  /// Makes what is learnt from, and says how: `train KIND NAME` trains a `language_model`, a `classifier` or a
  /// `wide` term to the folder NAME or goes on with what is there, `same ONE OTHER` tells whether two trainings gave the same.
  private static let start = #"""
    texts() {
      awk -v seed=$1 -v words="$2" 'BEGIN {
        srand(seed); number = split(words, word)
        for (line = 1; line <= 200; line++) {
          text = ""
          for (n = 4 + int(rand() * 9); n > 0; n--) text = text word[1 + int(rand() * rand() * number)] " "
          print text
        }
      }'
    }
    texts 1 'hola qué día tan bonito vamos playa gracias mañana feliz' >positive.txt
    texts 2 'nunca qué día tan horrible trabajo triste adiós mañana' >negative.txt
    $ANIMO train vocabulary positive.txt negative.txt --output vocab.txt >/dev/null
    language_model="language-model positive.txt negative.txt --vocabulary vocab.txt --embedding 6 --hidden 8
      --layers 2 --bptt 10 --batch 8 --epochs 1 --candidates 8 --validation-share 0.1"
    classifier="classifier --positive positive.txt --negative negative.txt --from language_model
      --stage 1:1:1 --stage 4:1:0.1 --batch 8"
    wide="wide --positive positive.txt --negative negative.txt --from classifier --buckets 256 --iterations 8"
    train() { "${@:3}" $ANIMO train ${!1} --output $2 --resume 2>>$2.log; }
    without_times() { sed -E 's/"(tokens_per_second|seconds)":[^,}]*,?//g' $1.training/log.jsonl; }
    same() {
      diff -r $1 $2 && diff <(without_times $1) <(without_times $2) &&
        diff <(ls -A $1.training) <(ls -A $2.training) && [ ! -e $2.tmp ]
    }
    train language_model language_model

    """#

  @Test("Killed as any file gets its name, a training goes on to the same model and the same log")
  func killed() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        train classifier classifier
        train wide wide
        for kind in language_model classifier wide; do
          kills=0
          for call in renameat rename; do
            for number in $(seq 100); do
              rm -rf broken broken.*
              train $kind broken strace -f -o trace -e trace=$call -e inject=$call:signal=KILL:when=$number
              grep -q 'killed by SIGKILL' trace || break
              train $kind broken || echo "$call $number: cannot be resumed"
              same $kind broken || echo "$call $number: differs"
              kills=$((kills + 1))
            done
          done
          echo $kills
        done 2>/dev/null
        """#, in: scratch.url)
    // Of a stage: checkpoint and best at the start, both after an epoch, the checkpoint at the end, and the model of
    // the best. Then the model, and the report: a picture for each stage, a text, JSON and a page. A wide term has no
    // checkpoints. Of both classifiers the held-out tweets, and the page with them.
    #expect(outcome.output == "11\n20\n7\n")
  }

  @Test("Resumed after its model has been written, a training has nothing left to do")
  func written() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start
        + "train language_model language_model; echo $?; tail -1 language_model.log | grep -c validation",
      in: scratch.url)
    #expect(outcome.output == "0\n1\n")
  }

  @Test("Resumed with another rate, seed or dropout, a training says which it had")
  func otherOptions() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        for option in '--rate 0.5' '--seed 7' '--dropout 0.1'; do
          $ANIMO train $language_model $option --output language_model --resume 2>errors; echo $?
          tail -1 errors | grep -o 'expected [^;]*'
        done
        """#, in: scratch.url)
    #expect(
      outcome.output == """
        78
        expected rate 0.5, found rate 0.0026666666666666666
        78
        expected seed 7, found seed 42
        78
        expected dropout 0.1, found dropout 0.3

        """)
  }

  @Test("Resumed from another model, or from one in place of none, a training says which it had")
  func otherStart() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        cp -r language_model same; $ANIMO train $language_model --seed 7 --output other 2>/dev/null
        train classifier classifier
        for kind in "$classifier --from other" "$language_model --from other" "$classifier --from same"; do
          set -- $kind; $ANIMO train "$@" --output ${1/-/_} --resume 2>errors; echo $?
          grep -o 'expected [^;]*' errors | sed -E 's/checksum [0-9a-f]+/checksum N/g'
        done
        """#, in: scratch.url)
    #expect(
      outcome.output == """
        78
        expected from weights of checksum N, found from weights of checksum N
        78
        expected from weights of checksum N, found from nothing
        0

        """)
  }

  @Test("Another model in its place stays as it is, and is an error")
  func otherModel() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        cp -r language_model other
        language_model="$language_model --seed 1"; train language_model other; echo $?
        cmp language_model/model.safetensors other/model.safetensors && tail -1 other.log
        """#, in: scratch.url)
    #expect(
      outcome.output
        == "73\nanimo: other: expected no such directory yet, or an empty one, found Directory not empty\n")
  }

  @Test(
    "SIGINT saves and ends by the signal; resumed, the training gives the same", arguments: ["INT", "TERM"])
  func interrupted(signal: String) async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        language_model="$language_model --epochs 150"
        train language_model whole
        $ANIMO train $language_model --output broken 2>broken.log & pid=$!
        until grep -qs '"step":30,' broken.training/log.jsonl; do sleep 0.01; done
        kill -\#(signal) $pid; wait $pid; echo $(kill -l $?)
        tail -1 broken.log; ls -d broken 2>/dev/null
        train language_model broken; echo $?
        same whole broken && echo same
        """#, in: scratch.url)
    #expect(
      outcome.output == """
        \(signal)
        animo: stopped during language-model; --resume continues from here
        0
        same

        """)
  }

  @Test("A disk that is full ends it with what is wrong; with room again it goes on to the same")
  func diskFull() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        for write in 4 20 60; do
          rm -rf broken broken.*
          train language_model broken strace -f -o trace -e trace=write \
            -e inject=write:error=ENOSPC:when=$write
          echo $?; grep -c '^animo: broken.*No space left on device (write)' broken.log
          ls -d broken 2>/dev/null
          train language_model broken; same language_model broken && echo same
        done
        """#, in: scratch.url)
    #expect(outcome.output == String(repeating: "74\n1\nsame\n", count: 3))
  }

  @Test("While another one uses its folder a training does not begin; later it does")
  func inUse() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        mkdir broken.training
        (flock 9; train language_model broken; echo $?) 9<broken.training
        tail -1 broken.log | sed -E 's/(process|another process) ?[0-9]* is/N is/'; ls -A broken.training
        train language_model broken; same language_model broken && echo same
        """#, in: scratch.url)
    #expect(
      outcome.output == """
        75
        animo: broken.training: N is training in this folder; wait for it to end, or name another folder
        same

        """)
  }

  @Test("A loss that is no number ends the stage and fails; the best network so far is the model")
  func diverged() async throws {
    let scratch = try TemporaryDirectory()
    // A rate that is 0 in single precision changes no bit: its model is the network as it was at the start.
    let outcome = try await Program.shell(
      Self.start + #"""
        for rate in 1e-300 1e30; do
          $ANIMO train $language_model --rate $rate --output at-$rate 2>at-$rate.log; echo $?
        done
        tail -2 at-1e30.log | sed -E 's/[0-9]+/N/g'; grep -o '"diverged":.* is' at-1e30.training/log.jsonl
        cmp at-1e-300/model.safetensors at-1e30/model.safetensors && echo same
        $ANIMO train $language_model --rate 1e30 --resume --output at-1e30 2>again.log; echo $?
        diff <(tail -1 at-1e30.log) <(tail -1 again.log) && echo same
        """#, in: scratch.url)
    #expect(
      outcome.output == """
        0
        65
        animo: language-model: the loss is nan at step N; continuing from its best state
        animo: diverged: language-model; the model was written from the best state before that; train anew with a lower rate
        "diverged":"the loss is
        same
        65
        same

        """)
  }
}
