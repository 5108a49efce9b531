using Microsoft.Extensions.Logging;

namespace Hutch.Services.Processes;

public sealed partial class ProcessService
{
    private async Task ReadMessages(ProcessInstance instance, ControlChannel channel)
    {
        try
        {
            while (await channel.ReceiveAsync() is { } message)
                Take(instance, message);
        }
        catch (InvalidDataException error)
        {
            Logger.LogError("{Service}: process {Pid} is killed: {Message}", ServiceName, instance.Child.Id, error.Message);
            EndTree(instance);
        }
    }

    private void Take(ProcessInstance instance, ControlMessage message)
    {
        switch (message.Verb)
        {
            case ControlVerb.Heartbeat:
                BeatAt(TimeSpan.FromMilliseconds(message.Age ?? 0));
                instance.Counts = message.Counts ?? instance.Counts;
                break;
            case ControlVerb.State when message.State == ServiceState.Running:
                instance.Running.TrySetResult();
                break;
            case ControlVerb.State when message.State == ServiceState.Failed:
                instance.Failure = message;
                instance.Running.TrySetResult();
                break;
            case ControlVerb.Log:
                Pass(message.Level ?? LogLevel.Information, message.Error is null ? message.Text ?? "" : $"{message.Text}{Environment.NewLine}{message.Error}");
                break;
        }
    }

    // Nothing may be thrown here: it would end the thread that reads for all processes.
    private void OnLine(LastLines lines, string line)
    {
        lines.Add(line);
        if (!_command.IsHutchProgram)
            Beat();
        Pass(LogLevel.Information, line);
        Listeners.Raise(LineWritten, this, line, error =>
            Logger.LogError(error, "{Service}: a listener for its output failed: {Message}", ServiceName, ErrorText.Of(error)));
    }

    private void Pass(LogLevel level, string text)
    {
        if (!_flood.Passes(out var held))
            return;
        TellOfDropped(held);
        using (Logger.BeginScope(Identity))
            Logger.Log(level, "{Record}", text);
    }

    private void TellOfDropped(long count)
    {
        if (count == 0)
            return;
        using (Logger.BeginScope(Identity))
            Logger.LogWarning("{Service}: {Count} log records were dropped: more than {Limit} a second", ServiceName, count, LogRecordsPerSecond);
    }
}
