using System.Diagnostics;
using Google.Protobuf;
using Hutch.Detectors.Acquisitions;
using Hutch.Detectors.Configuration;
using Hutch.Native.Zmq;
using Hutch.Streams;
using Hutch.Testing;

namespace Hutch.Detectors.Tests.Acquisitions;

/// <summary>The driver of acquisitions beside a writer that is played by the test, in the moments that a real one seldom meets.</summary>
public sealed class DriverTests : IDisposable
{
    private const int Images = 3;
    private const string File = "/data/run.h5";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DaqConfiguration _configuration = TestDetectors.Eiger(bitDepth: 16);
    private readonly SimulatedDetector _detector;
    private readonly AcquisitionDriver _driver;
    private PlayedWriter _writer;

    public DriverTests()
    {
        _detector = new SimulatedDetector(_configuration.ImageWidth, _configuration.ImageHeight, _configuration.DetectorName);
        // Silence is no way out: it would take longer than the test.
        _driver = new AcquisitionDriver(_configuration, new AcquisitionDriverOptions { ImageSlots = _detector.Slots, SilenceTimeout = TimeSpan.FromHours(1) });
        _writer = new PlayedWriter(_configuration.DetectorName);
        _driver.Start();
        _detector.WaitForSubscribers();
    }

    public void Dispose()
    {
        _driver.Stop();
        Assert.True(_driver.WaitTillStopped(Patience));
        _writer.Dispose();
        _detector.Dispose();
    }

    [Theory]
    [InlineData(WriterAction.ActionOneofCase.RecordImage)]
    [InlineData(WriterAction.ActionOneofCase.ConfirmLastImage)]
    [InlineData(WriterAction.ActionOneofCase.CloseFile)]
    public async Task A_writer_that_takes_a_message_with_it_when_it_dies_is_missed_as_soon_as_another_one_is_there(WriterAction.ActionOneofCase last)
    {
        await PlayUntilAsync(last);
        _writer.Dispose();
        _writer = new PlayedWriter(_configuration.DetectorName);
        var end = _driver.WaitForEndAsync(TestContext.Current.CancellationToken);

        // It has no file, and says so whatever it is asked.
        Eventually.True(() =>
        {
            if (_writer.TryReceive() is { ActionCase: not WriterAction.ActionOneofCase.RecordImage } action)
                _writer.Answer(action, new WriterProgress());
            return end.IsCompleted;
        });

        var status = await end;
        Assert.Equal((WriterState.Ready, AcquisitionState.Failed), (status.State, status.Acquisition!.State));
        Assert.StartsWith("ERROR:writer 0 died and was restarted", status.Acquisition.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_could_not_be_closed_is_not_of_a_run_that_finished()
    {
        var close = await PlayUntilAsync(WriterAction.ActionOneofCase.CloseFile);
        _writer.Send(new WriterResponse { Code = WriterResponseCode.Failure, Reason = "the disk is full", IsAnswer = true, Question = close.Question, Progress = new WriterProgress { File = File + ".incomplete", Images = 1, Rows = 1 } });

        var status = await _driver.WaitForEndAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal((WriterState.Ready, AcquisitionState.Failed), (status.State, status.Acquisition!.State));
        Assert.StartsWith("ERROR:the disk is full", status.Acquisition.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_late_answer_to_an_earlier_question_is_none_to_the_last_one()
    {
        var close = await PlayUntilAsync(WriterAction.ActionOneofCase.CloseFile);
        _writer.Answer(new WriterAction { Question = close.Question - 1 }, new WriterProgress { File = File, Images = 2 });
        Eventually.True(() => _driver.Status.Acquisition?.Statistics.Completed == 2);
        _writer.Answer(close, new WriterProgress { File = File, Images = Images, Rows = Images });

        var status = await _driver.WaitForEndAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal((AcquisitionState.Finished, Images), (status.Acquisition!.State, status.Acquisition.Statistics.Completed));
        Assert.True(status.Acquisition.Ledger!.AddsUp, status.Acquisition.Ledger.ToJson());
    }

    [Fact]
    public void The_only_acquisition_of_a_driver_has_all_images_from_its_start_on()
    {
        using var detector = new SimulatedDetector(_configuration.ImageWidth, _configuration.ImageHeight, TestDetectors.UniqueName());
        using var other = MetadataChannel.Subscribe(StreamNames.Endpoint(detector.RingName));
        using var writer = new PlayedWriter(detector.Name);
        var driver = new AcquisitionDriver(_configuration with { DetectorName = detector.Name }, new AcquisitionDriverOptions { ImageSlots = detector.Slots, Only = new AcquisitionInfo(1, File, 1) });
        using var loop = new ServiceLoop(driver);
        detector.WaitForSubscribers(2);
        detector.Send((x, y) => 1);
        Assert.True(other.TryReceive(new byte[512], out _));

        Eventually.True(() =>
        {
            loop.Iterate();
            if (writer.TryReceive() is { ActionCase: not WriterAction.ActionOneofCase.RecordImage } action)
                writer.Answer(action, new WriterProgress { File = File, Images = 1, Rows = 1 });
            return driver.Status.Acquisition?.State == AcquisitionState.Finished;
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_writer_is_given_up_for_its_silence_and_not_for_the_time_in_which_the_driver_stood_still(bool standsStill)
    {
        using var detector = new SimulatedDetector(_configuration.ImageWidth, _configuration.ImageHeight, TestDetectors.UniqueName());
        using var writer = new PlayedWriter(detector.Name);
        var silence = TimeSpan.FromMilliseconds(500);
        var driver = new AcquisitionDriver(_configuration with { DetectorName = detector.Name },
            new AcquisitionDriverOptions { ImageSlots = detector.Slots, SilenceTimeout = silence, Only = new AcquisitionInfo(1, File, 1) });
        using var loop = new ServiceLoop(driver);
        PlayUntil(() => driver.Status.State == WriterState.Writing);
        if (!standsStill)
        {
            var error = Assert.Throws<UserErrorException>(() => Eventually.True(() => loop.Iterate(until: false)));
            Assert.StartsWith("writer 0 has not reported for", error.Message, StringComparison.Ordinal);
            return;
        }
        var answered = Stopwatch.StartNew();
        Eventually.True(() => answered.Elapsed > 2 * silence);
        loop.Iterate();
        detector.WaitForSubscribers();
        detector.Send((x, y) => 1);
        PlayUntil(() => driver.Status.Acquisition?.State == AcquisitionState.Finished);

        void PlayUntil(Func<bool> condition) => Eventually.True(() =>
        {
            loop.Iterate();
            if (writer.TryReceive() is { } action)
                writer.Answer(action, new WriterProgress { File = File, Images = 1, Rows = 1 });
            return condition();
        });
    }

    // Answers all that comes before a message, or, for an image, before the second one; returns that message, unanswered.
    private async Task<WriterAction> PlayUntilAsync(WriterAction.ActionOneofCase last)
    {
        var images = 0UL;
        var begun = _driver.StartAcquisitionAsync(new AcquisitionInfo(Images, File, 1));
        _writer.Answer(_writer.Receive(), new WriterProgress { File = File });
        await begun.WaitAsync(Patience);
        for (var i = 0; i < Images - (last == WriterAction.ActionOneofCase.RecordImage ? 1 : 0); i++)
            _detector.Send((x, y) => 1);
        WriterAction action = new();
        Eventually.True(() =>
        {
            action = _writer.Receive();
            if (action.ActionCase == WriterAction.ActionOneofCase.RecordImage)
                images++;
            if (action.ActionCase == last && images > 1)
                return true;
            if (action.ActionCase != WriterAction.ActionOneofCase.RecordImage)
                _writer.Answer(action, new WriterProgress { File = File, Images = images });
            return false;
        });
        return action;
    }

    private sealed class PlayedWriter(string detectorName) : IDisposable
    {
        private readonly ZmqSocket _actions = MetadataChannel.Gather(StreamNames.Endpoint(StreamNames.Driver(detectorName, 0)));
        private readonly ZmqSocket _responses = MetadataChannel.Distribute(StreamNames.Endpoint(StreamNames.Writer(detectorName, 0)));
        private readonly byte[] _buffer = new byte[64 << 10];

        public WriterAction? TryReceive() =>
            _actions.TryReceive(_buffer, out var length) ? WriterAction.Parser.ParseFrom(_buffer, 0, length) : null;

        public WriterAction Receive()
        {
            WriterAction? action = null;
            Eventually.True(() => (action = TryReceive()) is not null);
            return action!;
        }

        public void Answer(WriterAction action, WriterProgress progress) =>
            Send(new WriterResponse { Code = WriterResponseCode.Success, IsAnswer = true, Question = action.Question, Progress = progress });

        // As soon as the driver is connected.
        public void Send(WriterResponse response) => Eventually.True(() => _responses.TrySend(response.ToByteArray(), wait: false));

        public void Dispose()
        {
            _actions.Dispose();
            _responses.Dispose();
        }
    }
}
