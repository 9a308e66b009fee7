"""Label tweets with Apache Spark: one animo for each partition, at work on as many machines as Spark has."""

import argparse
import collections
import pathlib
import shlex
from typing import TYPE_CHECKING, Callable, Deque, Iterable, Iterator, List

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col

if TYPE_CHECKING:
    import pyarrow

EXAMPLES = """
examples:
  A folder of JSON Lines, once, on this machine:
    spark-submit --master 'local[*,4]' animo_spark.py batch tweets labelled
  The same on a cluster whose machines have no animo; it travels with the job:
    spark-submit --master spark://host:7077 animo_spark.py --ship /usr/bin/animo batch hdfs:///tweets hdfs:///labelled
  Files as they come, for ever; and those that are there, then an end:
    spark-submit animo_spark.py stream tweets labelled --checkpoint state
    spark-submit animo_spark.py stream tweets labelled --checkpoint state --once

Each line of the input gives one line of the output. A line that cannot be labelled gives
{"error":{"reason":…,"detail":…},"raw":…}, a blank one {"blank":true}. A task whose animo fails or does not answer every
line fails, and Spark tries it again (spark.task.maxFailures times; with --master local[N] only once, with local[N,4]
four times). Read the output of a stream with Spark, which honours _spark_metadata; see "Beyond one machine" in the
manual.
"""


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="animo_spark.py", description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--program", default="animo", help="the program on the executors (default: animo in $PATH)")
    parser.add_argument("--ship", metavar="FILE", help="send this program to the executors and use it")
    parser.add_argument("--model", metavar="DIR", help="model folder on the executors (default: the built-in model)")
    parser.add_argument("--kernel", metavar="NAME", help="compute kernels, such as avx2: the same on all machines")
    parser.add_argument("--input", choices=["jsonl", "text"], default="jsonl", help="what a line is (default: jsonl)")
    parser.add_argument("--emit", choices=["merge", "label"], default="merge", help="as for animo classify")
    parser.add_argument("--options", default="", metavar="OPTIONS", help="further options of animo classify: '--labels 2'")
    parser.add_argument("--timeout", type=float, default=300, metavar="S", help="seconds without an answer (default: 300)")
    ways = parser.add_subparsers(dest="way", required=True)
    batch = ways.add_parser("batch", help="label what is there")
    batch.add_argument("source", nargs="+", help="files or folders, compressed or not")
    batch.add_argument("target", help="output folder")
    batch.add_argument("--partitions", type=int, metavar="N", help="divide the lines anew; their order is then lost")
    batch.add_argument("--overwrite", action="store_true", help="replace an output folder that exists")
    stream = ways.add_parser("stream", help="label files as they come into a folder")
    stream.add_argument("source", help="folder into which files are renamed")
    stream.add_argument("target", help="output folder")
    stream.add_argument("--checkpoint", required=True, metavar="DIR", help="folder of the stream's progress; keep it")
    stream.add_argument("--files", type=int, default=100, metavar="N", help="most files in a batch (default: 100)")
    stream.add_argument("--every", default="10 seconds", metavar="TIME", help="pause between batches (default: 10 seconds)")
    stream.add_argument("--archive", metavar="DIR", help="move files that were labelled there, out of the source")
    stream.add_argument("--once", action="store_true", help="label what is there, then end")
    return parser


def labelled(lines: DataFrame, options: argparse.Namespace) -> DataFrame:
    """One answer for each line of a frame with a column `value`, in the order of each partition; null is a blank line."""
    return lines.select(col("value").cast("binary")).mapInArrow(_labeller(options), "value string")


def _labeller(options: argparse.Namespace) -> Callable[[Iterable["pyarrow.RecordBatch"]], Iterator["pyarrow.RecordBatch"]]:
    """What an executor does with a partition."""
    command = ["--input", options.input, "--emit", options.emit, "--workers", "1", *shlex.split(options.options)]
    command += ["--model", options.model] if options.model else []
    command += ["--kernel", options.kernel] if options.kernel else []
    shipped = pathlib.Path(options.ship).name if options.ship else None
    program, timeout = options.program, options.timeout

    def label(batches: Iterable["pyarrow.RecordBatch"]) -> Iterator["pyarrow.RecordBatch"]:
        import animo
        import pyarrow
        from pyspark import SparkFiles

        unanswered: Deque[bytes] = collections.deque()

        def lines() -> Iterator[bytes]:
            for batch in batches:
                for value in batch.column(0).to_pylist():
                    line = value or b""
                    unanswered.append(line)
                    yield line

        def batch_of(answers: List[str]) -> "pyarrow.RecordBatch":
            return pyarrow.RecordBatch.from_arrays([pyarrow.array(answers, pyarrow.string())], ["value"])

        # No restarts: it is Spark that tries again, elsewhere if need be, and that counts how often.
        path = SparkFiles.get(shipped) if shipped else program
        with animo.Lockstep(command, program=path, restarts=0, timeout=timeout) as child:
            answers: List[str] = []
            for answer in child.answers(lines()):
                answers.append(animo.unnumbered(answer, unanswered.popleft()).decode())
                if len(answers) == 4096:
                    yield batch_of(answers)
                    answers = []
            if answers:
                yield batch_of(answers)
            status = child.close()
            if status:
                raise animo.AnimoError(f"animo ended with {status} after its last answer", status)

    return label


def run_batch(spark: SparkSession, options: argparse.Namespace) -> None:
    lines = spark.read.option("lineSep", "\n").text(options.source)
    if options.partitions:
        lines = lines.repartition(options.partitions)
    labelled(lines, options).write.mode("overwrite" if options.overwrite else "error").text(options.target)


def run_stream(spark: SparkSession, options: argparse.Namespace) -> None:
    reader = spark.readStream.option("lineSep", "\n").option("maxFilesPerTrigger", options.files)
    # Spark passes over files that are a week older than the newest it has seen, also where they come later.
    reader = reader.option("maxFileAge", "36500d")
    if options.archive:
        reader = reader.option("cleanSource", "archive").option("sourceArchiveDir", options.archive)
    writer = labelled(reader.text(options.source), options).writeStream.format("text")
    writer = writer.trigger(availableNow=True) if options.once else writer.trigger(processingTime=options.every)
    writer.option("checkpointLocation", options.checkpoint).start(options.target).awaitTermination()


def main() -> None:
    options = arguments().parse_args()
    spark = SparkSession.builder.appName("animo").getOrCreate()
    here = pathlib.Path(__file__).resolve().parent
    for module in (here / "animo.py", here.parent / "python" / "animo.py"):
        if module.exists():  # else it is expected to be installed, or given with --py-files
            spark.sparkContext.addPyFile(str(module))
            break
    if options.ship:
        spark.sparkContext.addFile(options.ship)
    (run_batch if options.way == "batch" else run_stream)(spark, options)
    spark.stop()


if __name__ == "__main__":
    main()
