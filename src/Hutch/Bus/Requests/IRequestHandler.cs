namespace Hutch.Bus.Requests;

/// <summary>
/// What a primary or post-processing service does. The two methods are called on different threads, and
/// <see cref="OnKill"/> while <see cref="OnRequest"/> runs; requests are handled one after another.
/// </summary>
public interface IRequestHandler
{
    /// <summary>Carries out the request. An exception fails the request with its message.</summary>
    /// <param name="requestId">The request's id.</param>
    /// <param name="request">The request.</param>
    /// <param name="kill">Set when the request is killed, or when the service stops and the request did not end in time.</param>
    /// <returns>
    /// The result that the status carries: null, text, a whole number or a truth value; anything else goes as JSON text.
    /// </returns>
    Task<object?> OnRequest(string requestId, Request request, CancellationToken kill);

    /// <summary>
    /// A kill was received. Called for every kill on the service's tag, whatever the id, after the token of
    /// the request was set. Should return soon.
    /// </summary>
    void OnKill(string requestId)
    {
    }
}
