import { Catch, type ExceptionFilter } from '@nestjs/common';
import { HeddleError } from '@heddle/kernel';

/** Refusals are answers, not faults: they go back to the caller as they are, and nothing is logged. */
@Catch(HeddleError)
export class RefusalFilter implements ExceptionFilter<HeddleError> {
  catch(refusal: HeddleError): HeddleError {
    return refusal;
  }
}
