using Hutch.Bus.Requests;

namespace Hutch.Tests.Requests;

/// <summary>A request handler made of two functions.</summary>
internal sealed class Handler(Func<string, Request, CancellationToken, Task<object?>> request, Action<string>? kill = null) : IRequestHandler
{
    public static Handler Echo { get; } = new((_, request, _) => Task.FromResult<object?>(request.Content.ToString()));

    public Task<object?> OnRequest(string requestId, Request request1, CancellationToken kill1) => request(requestId, request1, kill1);

    public void OnKill(string requestId) => kill?.Invoke(requestId);
}
