/** Errors of the API as forms show them. */
import { ApiError, fieldErrors } from './errors.js';

const body = (message: string | string[]) => ({
  statusCode: 400,
  error: 'Bad Request',
  message,
  code: 'request.invalid',
  request_id: '1',
});

describe('API errors', () => {
  it('takes code and messages from the error body', () => {
    const error = ApiError.fromAnswer(400, body(['email must be an e-mail address', 'nope']));
    expect(error.code).toBe('request.invalid');
    expect(error.message).toBe('Email must be an e-mail address. Nope.');
  });

  it.each([undefined, 'Bad Gateway', null, { message: 5, code: 'x' }, []])(
    'falls back to the status when a proxy answers %p',
    (answer) => {
      const error = ApiError.fromAnswer(502, answer);
      expect(error.code).toBe('client.unexpected_answer');
      expect(error.message).toContain('502');
    },
  );

  it('puts messages at the fields they name and the others above the form', () => {
    const error = ApiError.fromAnswer(400, body(['password is too short', 'Too many users.']));
    expect(fieldErrors(error, ['email', 'password'])).toEqual({
      fields: { password: 'password is too short' },
      form: 'Too many users.',
    });
  });

  it('does not take a longer name for a field', () => {
    const error = ApiError.fromAnswer(400, body('codec is unknown'));
    expect(fieldErrors(error, ['code'])).toEqual({ fields: {}, form: 'Codec is unknown.' });
  });

  it('shows anything thrown', () => {
    expect(fieldErrors(new Error('broken'), ['name']).form).toBe('Broken.');
    expect(fieldErrors('odd', ['name']).form).toBe('Odd.');
  });
});
