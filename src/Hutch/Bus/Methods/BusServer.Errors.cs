using System.Text;
using Hutch.Tracing;
using Microsoft.Extensions.Logging;

namespace Hutch.Bus.Methods;

/// <summary>What a caller hears of an exception.</summary>
internal sealed partial class BusServer
{
    private void WriteError(MethodEntry method, MethodCall call, Exception error)
    {
        var reply = call.Reply;
        var masked = false;
        switch (error)
        {
            case WrongArgumentsException:
                reply.Error(call.Id, RpcErrorCodes.InvalidRequest, error.Message, PythonErrors.DataOf("TypeError"));
                break;
            case RpcException declared:
                reply.Error(call.Id, declared.Code, declared.WireMessage, declared.ErrorData ?? PythonErrors.Nothing);
                break;
            case OperationCanceledException when call.InHand is { Cancelled.IsCancellationRequested: true } cancelled:
                // Nobody waits for an answer any more, unless it was the service that could not wait.
                cancelled.Answered |= !cancelled.Stopped;
                reply.Error(call.Id, RpcErrorCodes.Cancelled, $"{method.Name} was cancelled because service {_options.Name} stops", PythonErrors.Nothing);
                break;
            default:
                masked = WriteUndeclared(method, call, error);
                break;
        }
        Traces.Fail(error.Message);
        method.Statistics.NoteError(error.Message, masked);
    }

    private bool WriteUndeclared(MethodEntry method, MethodCall call, Exception error)
    {
        if (method.DeclarationOf(error) is { } declaration)
        {
            call.Reply.Error(call.Id, declaration.Code, error.Message, PythonErrors.DataOf(error.GetType().Name));
            return false;
        }
        // The caller does not see the details; the log does. The reference joins the two.
        var reference = Guid.NewGuid().ToString("N")[..8];
        LogMasked(_logger, error, _options.Name, method.Name, Encoding.UTF8.GetString(call.Id.Span), reference);
        call.Reply.Error(call.Id, RpcErrorCodes.InvalidRequest, $"{method.Name} failed; the log of service {_options.Name} has the cause under {reference}", PythonErrors.DataOf("Exception"));
        return true;
    }

    [LoggerMessage(13, LogLevel.Error, "{Service}: method {Method} failed, call {Id}, reference {Reference}")]
    private static partial void LogMasked(ILogger logger, Exception error, string service, string method, string id, string reference);
}
