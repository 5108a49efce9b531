using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Text;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Installation.Hosting;

/// <summary>A static method as a service: called once, with its arguments. What it writes counts as progress.</summary>
internal sealed class MethodService : Service
{
    private readonly MethodInfo _method;
    private readonly string[] _arguments;

    public MethodService(string name, MethodInfo method, IReadOnlyList<string> arguments, ILogger logger)
        : base(name, logger)
    {
        _method = method;
        _arguments = [.. arguments];
        OnError = ErrorAction.Fail;
    }

    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        Console.SetOut(new Progress(Console.Out, Beat));
        var takesToken = _method.GetParameters().Length == 2;
        var thread = Thread.CurrentThread;
        try
        {
            // A method that cannot be asked to end is interrupted where it waits.
            using var interrupt = takesToken ? default : stop.Register(thread.Interrupt);
            var result = _method.Invoke(null, takesToken ? [_arguments, stop] : [_arguments]);
            if (result is Task task)
            {
                task.GetAwaiter().GetResult();
                result = result is Task<int> counted ? counted.Result : null;
            }
            if (result is int code and not 0)
                throw new UserErrorException($"{_method.DeclaringType}.{_method.Name} returned {code}");
        }
        catch (Exception error) when (stop.IsCancellationRequested && (error.InnerException ?? error) is ThreadInterruptedException or OperationCanceledException)
        {
        }
        catch (TargetInvocationException error) when (error.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(error.InnerException);
        }
        Stop();
        return null;
    }

    private sealed class Progress(TextWriter inner, Action beat) : TextWriter
    {
        public override Encoding Encoding => inner.Encoding;

        public override void Write(char value)
        {
            inner.Write(value);
            if (value == '\n')
                beat();
        }
    }
}
